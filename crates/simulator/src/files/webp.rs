//! A sticker of one colour, as a lossless WebP of WhatsApp's size.

const SIDE: u32 = 512;

pub(super) fn plain([red, green, blue]: [u8; 3]) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0x2f, 8);
    bits.put(SIDE - 1, 14);
    bits.put(SIDE - 1, 14);
    bits.put(0, 1 + 3); // no alpha, version 0
    bits.put(0, 3); // no transforms, no colour cache, one group of codes
    // Each channel has one value, so no pixel needs a bit of its own.
    for value in [green, red, blue, 255] {
        bits.put(0b101, 3); // a simple code, of one symbol, of eight bits
        bits.put(u32::from(value), 8);
    }
    bits.put(0b0001, 4); // distances: a simple code, of one symbol, of one bit, which is 0
    let mut data = bits.bytes;
    data.resize(data.len().next_multiple_of(2), 0);
    let chunk = [&b"WEBPVP8L"[..], &length(data.len()), &data].concat();
    [&b"RIFF"[..], &length(chunk.len()), &chunk].concat()
}

fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes()
}

/// Bits, the lowest of each byte first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for place in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(byte) = self.bytes.last_mut() {
                *byte |= (u8::from(value >> place & 1 == 1)) << (self.used % 8);
            }
            self.used += 1;
        }
    }
}

//! A voice note of silence: Opus in Ogg, mono, as WhatsApp records it.

const SILENT_FRAME: [u8; 3] = [0xf8, 0xff, 0xfe]; // 20 milliseconds
const SAMPLES: u64 = 960; // in a frame, at 48 kHz
const FIRST: u8 = 2;
const LAST: u8 = 4;

pub(super) fn silence(serial: u32, frames: u8) -> Vec<u8> {
    let packets = vec![&SILENT_FRAME[..]; usize::from(frames)];
    let length = u64::from(frames) * SAMPLES;
    [page(serial, 0, FIRST, 0, &[&head()]), page(serial, 1, 0, 0, &[&tags()]), page(serial, 2, LAST, length, &packets)]
        .concat()
}

fn head() -> Vec<u8> {
    // Version 1, one channel, nothing skipped, 16 kHz, no gain, no mapping.
    [&b"OpusHead\x01\x01\0\0"[..], &16_000_u32.to_le_bytes(), &[0, 0, 0]].concat()
}

fn tags() -> Vec<u8> {
    let maker = b"simulator";
    let length = u32::try_from(maker.len()).unwrap_or_default();
    [&b"OpusTags"[..], &length.to_le_bytes(), maker, &0_u32.to_le_bytes()].concat()
}

/// A page of packets of less than 255 bytes each.
fn page(serial: u32, number: u32, kind: u8, position: u64, packets: &[&[u8]]) -> Vec<u8> {
    let lengths: Vec<u8> = packets.iter().map(|packet| u8::try_from(packet.len()).unwrap_or(u8::MAX)).collect();
    let mut page = [
        &b"OggS\0"[..],
        &[kind],
        &position.to_le_bytes(),
        &serial.to_le_bytes(),
        &number.to_le_bytes(),
        &[0; 4],
        &[u8::try_from(lengths.len()).unwrap_or(u8::MAX)],
        &lengths,
        &packets.concat(),
    ]
    .concat();
    let checksum = checksum(&page);
    page[22..26].copy_from_slice(&checksum.to_le_bytes());
    page
}

fn checksum(data: &[u8]) -> u32 {
    data.iter().fold(0, |crc, byte| {
        (0..8).fold(
            crc ^ (u32::from(*byte) << 24),
            |crc: u32, _| {
                if crc >> 31 == 1 { (crc << 1) ^ 0x04c1_1db7 } else { crc << 1 }
            },
        )
    })
}

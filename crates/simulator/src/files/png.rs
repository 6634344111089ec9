//! A picture of two colours, as a PNG without compression.

const SIDE: u8 = 48;

pub(super) fn picture(left: [u8; 3], right: [u8; 3]) -> Vec<u8> {
    let mut file = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
    let size = u32::from(SIDE).to_be_bytes();
    // Eight bits for each of red, green and blue.
    file.extend(chunk(*b"IHDR", &[&size[..], &size[..], &[8, 2, 0, 0, 0]].concat()));
    file.extend(chunk(*b"IDAT", &zlib(&rows(left, right))));
    file.extend(chunk(*b"IEND", &[]));
    file
}

fn rows(left: [u8; 3], right: [u8; 3]) -> Vec<u8> {
    let row: Vec<u8> = (0..SIDE).flat_map(|column| if column < SIDE / 2 { left } else { right }).collect();
    // Each row begins with the number of its filter: none.
    (0..SIDE).flat_map(|_| [&[0][..], &row].concat()).collect()
}

/// One stored block; 64 KB fit into it.
fn zlib(raw: &[u8]) -> Vec<u8> {
    let length = u16::try_from(raw.len()).unwrap_or(u16::MAX);
    let (a, b) = raw.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    let head = [&[0x78, 0x01, 0x01][..], &length.to_le_bytes(), &(!length).to_le_bytes()].concat();
    [&head[..], raw, &((b << 16) | a).to_be_bytes()].concat()
}

fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&name[..], data].concat();
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], &named, &checksum(&named).to_be_bytes()].concat()
}

fn checksum(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_that_every_png_ends_with() {
        assert_eq!(checksum(b"IEND"), 0xae42_6082);
    }
}

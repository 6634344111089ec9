//! A film without a picture: an MP4 of one second, with no track in it.

pub(super) fn film(mark: u64) -> Vec<u8> {
    let head = boxed(*b"ftyp", &[&b"isom"[..], &0_u32.to_be_bytes(), b"isommp42"].concat());
    let movie = boxed(*b"moov", &boxed(*b"mvhd", &movie_header()));
    let data = boxed(*b"mdat", &mark.to_be_bytes());
    [head, movie, data].concat()
}

fn movie_header() -> Vec<u8> {
    let identity = [0x0001_0000_u32, 0, 0, 0, 0x0001_0000, 0, 0, 0, 0x4000_0000];
    let matrix: Vec<u8> = identity.iter().flat_map(|number| number.to_be_bytes()).collect();
    [
        &[0; 12][..],                   // version, flags, two times
        &1_000_u32.to_be_bytes(),       // ticks in a second
        &1_000_u32.to_be_bytes(),       // ticks in all
        &0x0001_0000_u32.to_be_bytes(), // speed
        &0x0100_u16.to_be_bytes(),      // volume
        &[0; 10],
        &matrix,
        &[0; 24],
        &1_u32.to_be_bytes(), // the number of the next track
    ]
    .concat()
}

fn boxed(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(8 + content.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], &name, content].concat()
}

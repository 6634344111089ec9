//! Numbers as people write them, against what Google's own port says of them. Where the truth is from stands in the file's head.

use domain::{PhoneNumber, Region};

#[test]
fn every_number_is_read_as_googles_own_port_reads_it() {
    let rows: Vec<&str> = include_str!("phones.tsv").lines().filter(|line| !line.starts_with('#')).collect();
    let mut wrong = Vec::new();
    for row in &rows {
        let [region, input, truth] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("three columns: {row}") };
        let region: Region = region.parse().unwrap();
        let said = match PhoneNumber::parse(input, region) {
            Ok(number) => number.to_string(),
            Err(error) => error.code().to_owned(),
        };
        if said != truth {
            wrong.push(format!("{row}\t{said}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    assert!(300 <= rows.len());
}

//! E-mail addresses, as people sign in with them.

const LONGEST: usize = 254; // as the standard has it

/// An address as it is compared: people do not mean another one with a capital letter or a space behind it.
pub fn plain(address: &str) -> String {
    address.trim().to_lowercase()
}

/// An address that can be one. Whether it is theirs, only a message to it would tell.
pub fn check(address: &str) -> Result<String, String> {
    let address = plain(address);
    let parts = address.split_once('@').filter(|(name, host)| !name.is_empty() && host.contains('.'));
    let is_plain = !address.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c));
    match parts {
        Some((_, host)) if is_plain && !host.contains('@') && address.len() <= LONGEST => Ok(address),
        Some(_) | None => Err("write an e-mail address, such as lucia@optica.example".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_without_capitals_and_spaces() {
        assert_eq!(check(" Lucia@Optica.Example "), Ok("lucia@optica.example".to_owned()));
        for wrong in ["", "lucia", "@optica.example", "lucia@optica", "a b@c.d", "a@b@c.d", "<a@b.c>"] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}

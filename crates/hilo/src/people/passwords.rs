//! Passwords: which are taken, and how they are kept.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use store::StoreError;
use tokio::sync::Semaphore;

const SHORTEST: usize = 10;
const LONGEST: usize = 200;
const FEWEST_CHARACTERS: usize = 5; // different ones: `aaaaaaaaaa` is as good as none
const COMMON: &str = include_str!("common_passwords.txt");

/// Each check takes 19 MB and tens of milliseconds: so many at once, and the others wait.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// A hash of nobody's password, against which a try for an account that does not exist takes as long as any other.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hashed("nobody has this password").unwrap_or_default());

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than ten characters.
    Short,
    /// More than anybody types.
    Long,
    /// One of those that are tried first.
    Common,
}

impl Weak {
    /// The key of its text.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Weak::Short => "people-password-short",
            Weak::Long => "people-password-long",
            Weak::Common => "people-password-common",
        }
    }
}

impl std::fmt::Display for Weak {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Weak::Short => "the password is too short; use at least 10 characters",
            Weak::Long => "the password is too long; use at most 200 characters",
            Weak::Common => "this password is among the first that are guessed; use another one",
        })
    }
}

/// Whether a password may be used, by somebody of this address.
pub fn check(password: &str, email: &str) -> Result<(), Weak> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Weak::Short);
    }
    if LONGEST < length {
        return Err(Weak::Long);
    }
    let plain = password.to_lowercase();
    let mut characters: Vec<char> = plain.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    let is_theirs = !email.is_empty() && (plain == email || Some(plain.as_str()) == email.split('@').next());
    if characters.len() < FEWEST_CHARACTERS || is_theirs || COMMON.lines().any(|common| common == plain) {
        return Err(Weak::Common);
    }
    Ok(())
}

/// What is kept of a password.
pub async fn hash(password: &str) -> store::Result<String> {
    let password = password.to_owned();
    apart(move || hashed(&password))
        .await?
        .ok_or_else(|| StoreError::Unexpected("a password was not hashed".to_owned()))
}

/// Whether this is the password of which that is kept; of nobody's, if nothing is kept. Takes as long in every case.
pub async fn is_right(password: &str, kept: Option<&str>) -> store::Result<bool> {
    let (password, kept) = (password.to_owned(), kept.map(str::to_owned));
    apart(move || {
        let hash = kept.as_deref().unwrap_or(&NOBODYS);
        let is_right = PasswordHash::new(hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        is_right && kept.is_some()
    })
    .await
}

fn hashed(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> store::Result<T> {
    let turn = AT_ONCE.acquire().await.map_err(|_| StoreError::Stopped)?;
    // The turn lasts as long as the work, also when nobody waits for the answer any more.
    let in_turn = move || {
        let _turn = turn;
        work()
    };
    tokio::task::spawn_blocking(in_turn).await.map_err(|_| StoreError::Stopped)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn short_and_common_passwords_are_refused_and_long_sentences_taken() {
        for (password, weak) in [
            ("123456789", Weak::Short),
            ("1234567890", Weak::Common),
            ("Qwertyuiop", Weak::Common),
            ("Password123", Weak::Common),
            ("aaaaaaaaaaaa", Weak::Common),
            ("Lucia@optica.example", Weak::Common),
            (&"x".repeat(201), Weak::Long),
        ] {
            assert_eq!(check(password, "lucia@optica.example"), Err(weak), "{password}");
        }
        for good in ["una vaca azul", "ñandú-ñandú-7", "correct horse battery staple"] {
            assert_eq!(check(good, "lucia@optica.example"), Ok(()), "{good}");
        }
    }

    #[tokio::test]
    async fn whoever_goes_away_does_not_make_room_for_another_check() {
        let long = apart(|| std::thread::sleep(Duration::from_millis(300)));
        tokio::time::timeout(Duration::from_millis(20), long).await.unwrap_err();
        assert!(AT_ONCE.available_permits() < 4);
    }

    #[tokio::test]
    async fn only_the_right_password_is_right_and_nobody_has_one() {
        let kept = hash("una vaca azul").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(is_right("una vaca azul", Some(&kept)).await.unwrap());
        assert!(!is_right("una vaca roja", Some(&kept)).await.unwrap());
        assert!(!is_right("nobody has this password", None).await.unwrap());
    }
}

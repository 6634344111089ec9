//! A mail server on this machine, as far as a sender sees it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hilo::config::{AlertSettings, MailSettings, Tls};
use whatsapp::Secret;

/// What it lets in.
const PASSWORD: &str = "the password of the mailbox";

/// It takes what it is given, or says no for a while.
#[derive(Clone)]
pub(crate) struct Mailbox {
    port: u16,
    inside: Arc<Mutex<Inside>>,
}

#[derive(Default)]
struct Inside {
    letters: Vec<String>,
    /// So many letters are refused first.
    refused: usize,
}

impl Mailbox {
    /// Opens one.
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mailbox = Self { port: listener.local_addr().unwrap().port(), inside: Arc::default() };
        let serving = mailbox.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mailbox = serving.clone();
                std::thread::spawn(move || drop(mailbox.serve(&stream)));
            }
        });
        mailbox
    }

    /// The settings by which this is whom trouble is told to.
    pub(crate) fn settings(&self, to: &[&str]) -> AlertSettings {
        let mail = MailSettings {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            tls: Tls::None,
            login: Some(("hilo".to_owned(), Secret::new(PASSWORD))),
            from: "hilo@optica.example".to_owned(),
            to: to.iter().map(|to| (*to).to_owned()).collect(),
        };
        AlertSettings { mail: Some(mail), ..AlertSettings::default() }
    }

    /// The same as a part of `hilo.toml`, with the password in a file of that name beside it.
    pub(crate) fn written(&self, to: &str, password_file: &str) -> String {
        format!(
            "[alerts]\nsmtp_host = \"127.0.0.1\"\nsmtp_port = {}\ntls = \"none\"\nuser = \"hilo\"\n\
             password_file = \"{password_file}\"\nfrom = \"hilo@optica.example\"\nto = [\"{to}\"]\nlanguage = \"en\"\n",
            self.port
        )
    }

    /// What opens it.
    pub(crate) fn password(&self) -> &'static str {
        PASSWORD
    }

    /// The next letters are refused.
    pub(crate) fn refuses(&self, letters: usize) {
        self.inside.lock().unwrap().refused = letters;
    }

    /// What it took, headers and all, in plain text.
    pub(crate) fn letters(&self) -> Vec<String> {
        self.inside.lock().unwrap().letters.clone()
    }

    fn serve(&self, stream: &TcpStream) -> std::io::Result<()> {
        let (mut lines, mut out) = (BufReader::new(stream).lines(), stream);
        let mut let_in = false;
        writeln!(out, "220 mailbox\r")?;
        while let Some(line) = lines.next().transpose()? {
            let word = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            let answer = match &*word {
                "EHLO" => "250-mailbox\r\n250 AUTH PLAIN LOGIN",
                "AUTH" => {
                    let given = STANDARD.decode(line.rsplit(' ').next().unwrap_or_default()).unwrap_or_default();
                    let_in = given == format!("\0hilo\0{PASSWORD}").as_bytes();
                    if let_in { "235 come in" } else { "535 5.7.8 wrong password" }
                }
                "MAIL" if !let_in => "530 5.7.0 sign in first",
                "MAIL" | "NOOP" | "RSET" => "250 good",
                "RCPT" => {
                    let refused = &mut self.inside.lock().unwrap().refused;
                    match *refused {
                        0 => "250 good",
                        _ => {
                            *refused -= 1;
                            "451 4.7.1 come back later"
                        }
                    }
                }
                "DATA" => {
                    writeln!(out, "354 go on\r")?;
                    let mut letter = String::new();
                    while let Some(line) = lines.next().transpose()? {
                        if line == "." {
                            break;
                        }
                        letter += &(line + "\n");
                    }
                    self.inside.lock().unwrap().letters.push(plain(&letter));
                    "250 taken"
                }
                "QUIT" => return writeln!(out, "221 bye\r"),
                _ => "500 what?",
            };
            writeln!(out, "{answer}\r")?;
        }
        Ok(())
    }
}

/// Undoes what keeps letters to seven bits.
fn plain(letter: &str) -> String {
    let (head, body) = letter.split_once("\n\n").unwrap_or((letter, ""));
    let body = if head.contains("base64") {
        let packed: String = body.split_whitespace().collect();
        String::from_utf8(STANDARD.decode(packed).unwrap()).unwrap()
    } else if head.contains("quoted-printable") {
        unquoted(body)
    } else {
        body.to_owned()
    };
    format!("{head}\n\n{}", body.replace("\r\n", "\n"))
}

fn unquoted(body: &str) -> String {
    let joined = body.replace("=\n", "");
    let (mut bytes, mut rest) = (Vec::new(), joined.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match (*first, code) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (byte, _) => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

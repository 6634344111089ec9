//! The little HTTP/1.1 that a measurement needs: keep-alive connections on loopback, lengths known beforehand.
//! A general client or server would cost the two cores more than the program that is being measured.

use std::io::{self, Error, ErrorKind};
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LONGEST_MESSAGE: usize = 4 * 1024 * 1024; // Meta's webhooks end at 3 MB

/// One keep-alive connection, at either end.
pub(crate) struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
    taken: usize,
}

/// A request or an answer, borrowed from the connection until the next one is read.
pub(crate) struct Message<'a> {
    pub(crate) first_line: &'a [u8],
    pub(crate) body: &'a [u8],
}

impl Message<'_> {
    /// The status of an answer; 0 where the first line is not one.
    pub(crate) fn status(&self) -> u16 {
        let code = self.first_line.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
        std::str::from_utf8(code).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }

    /// The path of a request.
    pub(crate) fn path(&self) -> &[u8] {
        self.first_line.split(|byte| *byte == b' ').nth(1).unwrap_or_default()
    }
}

impl Wire {
    /// Connects to a server on loopback.
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        Self::over(TcpStream::connect(address).await?)
    }

    /// Speaks over a connection that is already there.
    pub(crate) fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(2048), taken: 0 })
    }

    /// Sends a request and waits for its answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> io::Result<Message<'_>> {
        self.send(request).await?;
        self.receive().await?.ok_or_else(|| Error::from(ErrorKind::UnexpectedEof))
    }

    /// Writes a whole message.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads the next message; `None` when the other side closed between two messages.
    pub(crate) async fn receive(&mut self) -> io::Result<Option<Message<'_>>> {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        let shape = loop {
            if let Some(shape) = shape(&self.buffer)? {
                break shape;
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return if self.buffer.is_empty() { Ok(None) } else { Err(ErrorKind::UnexpectedEof.into()) };
            }
        };
        self.taken = shape.end;
        let first_line = &self.buffer[..shape.first_line];
        Ok(Some(Message { first_line, body: &self.buffer[shape.body..shape.end] }))
    }
}

/// Where the parts of a complete message lie.
#[derive(Debug, PartialEq)]
struct Shape {
    first_line: usize,
    body: usize,
    end: usize,
}

/// `None` while the message is still incomplete.
fn shape(bytes: &[u8]) -> io::Result<Option<Shape>> {
    let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let mut lines = bytes[..head].split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first_line = lines.next().map_or(0, <[u8]>::len);
    let body = head + 4;
    let end = body + body_length(lines)?;
    Ok((end <= bytes.len()).then_some(Shape { first_line, body, end }))
}

fn body_length<'a>(headers: impl Iterator<Item = &'a [u8]>) -> io::Result<usize> {
    let mut length = 0;
    for header in headers {
        if starts_with(header, b"content-length:") {
            let digits = std::str::from_utf8(&header[b"content-length:".len()..]).unwrap_or_default();
            length = digits.trim().parse().map_err(|_| Error::other("a content-length that is no number"))?;
        }
        if starts_with(header, b"transfer-encoding:") {
            return Err(Error::new(ErrorKind::Unsupported, "the measurement reads no chunked bodies"));
        }
    }
    if LONGEST_MESSAGE < length {
        return Err(Error::new(ErrorKind::InvalidData, "a body longer than any webhook"));
    }
    Ok(length)
}

fn starts_with(header: &[u8], name: &[u8]) -> bool {
    header.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

/// Asks for a path once, over a connection of its own.
pub(crate) async fn get(address: SocketAddr, path: &str) -> io::Result<u16> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    Ok(Wire::connect(address).await?.exchange(request.as_bytes()).await?.status())
}

/// A POST of JSON as bytes, ready to be sent; `headers` end in a line break each.
pub(crate) fn post(address: SocketAddr, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_only_when_it_is_whole() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        assert_eq!(shape(&whole[..whole.len() - 1]).unwrap(), None);
        assert_eq!(shape(whole).unwrap(), Some(Shape { first_line: 15, body: 38, end: 40 }));
    }

    #[test]
    fn an_answer_tells_its_status() {
        let message = Message { first_line: b"HTTP/1.1 503 Service Unavailable", body: b"" };
        assert_eq!(message.status(), 503);
    }

    #[test]
    fn a_chunked_body_is_refused_rather_than_misread() {
        assert!(shape(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }
}

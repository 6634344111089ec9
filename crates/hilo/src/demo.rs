//! `hilo demo`: an example business on this machine, in two processes.
//!
//! The parent holds what must outlive a crash: the simulated WhatsApp, business time, and the word to start again. The worker is the
//! whole server with the page, on SQLite in the demo's folder. The parent kills it when it asks to be killed, and starts it again
//! on the same address; they talk by lines of JSON over the worker's standard input and output.

mod business;
mod folder;
mod happened;
pub mod history;
mod line;
mod move_clock;
pub(crate) mod pieces;
mod proof;
mod supervisor;
mod templates;
mod worker;

pub use business::Address;
pub use folder::{Folder, remove};
pub use happened::{Happening, What, happened};
pub use line::{BusinessTime, Kill, Known, Line, Moved, News, ParentEnd, ToParent};
pub use move_clock::{finish_move, move_clock};
pub use proof::Proof;
pub use supervisor::{Wishes, supervise};
pub use worker::work;

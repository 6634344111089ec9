//! A unit of work on its way through a store's threads.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::tx::{Connection, Question};
use crate::{Result, StoreError, Tx};

/// Something to run inside a transaction, and to answer once that has been committed.
pub(crate) struct Unit {
    /// What nobody else may work on meanwhile.
    pub(crate) locks: Vec<i64>,
    /// What the work begins with asking, as far as that is known before.
    pub(crate) ahead: Vec<Question>,
    work: Box<dyn Work>,
}

trait Work: Send {
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()>;
    fn answer(self: Box<Self>, committed: Result<()>);
}

struct Typed<T, F> {
    work: F,
    value: Option<T>,
    answer: oneshot::Sender<Result<T>>,
}

impl Unit {
    pub(crate) fn new<T, F>(locks: Vec<i64>, work: F) -> (Unit, oneshot::Receiver<Result<T>>)
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        (Unit { locks, ahead: Vec::new(), work: Box::new(Typed { work, value: None, answer }) }, receiver)
    }

    /// The same, with what it will ask first.
    pub(crate) fn asking(self, ahead: Vec<Question>) -> Unit {
        Unit { ahead, ..self }
    }

    /// Runs the work; a panic in it is an error like any other, so that it cannot take others down with it.
    /// So is a statement that failed, even if the work looked away: what it then wrote must not count as committed.
    pub(crate) fn run(&mut self, connection: Connection<'_>) -> Result<()> {
        let mut tx = Tx::new(connection);
        catch_unwind(AssertUnwindSafe(|| self.work.run(&mut tx)))
            .unwrap_or_else(|panic| Err(StoreError::Panicked(panic_text(panic.as_ref()))))?;
        tx.into_failure().map_or(Ok(()), Err)
    }

    /// Tells the caller, with the value of the last run.
    pub(crate) fn answer(self, committed: Result<()>) {
        self.work.answer(committed);
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

impl<T: Send, F: FnMut(&mut Tx<'_>) -> Result<T> + Send> Work for Typed<T, F> {
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        self.value = None;
        self.value = Some((self.work)(tx)?);
        Ok(())
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        let Typed { value, answer, .. } = *self;
        let value = committed.and_then(|()| value.ok_or(StoreError::Stopped));
        // A caller that went away (a closed connection) does not undo what is committed.
        drop(answer.send(value));
    }
}

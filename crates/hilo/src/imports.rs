//! Many people at once, from a CSV file. The command line, the API and the screens call these and nothing else.
//!
//! A file is taken in (`take`) and kept as pieces in the database, with a plan how to read it (`plan`). Working it off (`work_off`) goes
//! stretch by stretch: rows are read (`rows`), each says of somebody who they are (`newcomer`), `decide` says whether that is somebody
//! known, and one transaction writes the stretch, its report and how far the import is. So a killed import goes on where it was.

mod columns;
mod decide;
mod newcomer;
mod plan;
pub mod report;
mod rows;
mod take;
mod text;
mod work_off;

pub use plan::{Column, Plan, PlanChange};
pub use report::RowReport;
pub(crate) use take::LARGEST;
pub use take::{NotTaken, take};
pub use work_off::{LEASE_MS, Worker, work_off};

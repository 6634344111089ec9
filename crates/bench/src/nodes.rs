//! The programs under test: one, or several that share a database.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;

use anyhow::Result;

use crate::bodies::Site;
use crate::child::{self, Assignment, Program, Running};
use crate::processes::{self, Pid};

/// What the programs have in common.
pub(crate) struct Team<'a> {
    pub(crate) program: Program,
    /// The number that all serve, and the door of the first.
    pub(crate) site: &'a Site,
    pub(crate) database: &'a str,
    pub(crate) graph_base_url: &'a str,
}

/// Programs that are running; dropped, they are killed.
pub(crate) struct Nodes {
    running: Vec<Running>,
    doors: Rc<[SocketAddr]>,
}

impl Team<'_> {
    /// A key to the API of all of them.
    pub(crate) fn make_key(&self, folder: &Path) -> Result<String> {
        child::make_key(&self.assignment(self.site, folder))
    }

    /// Starts so many, one after the other: the first makes the tables.
    pub(crate) async fn start(&self, nodes: usize, folder: &Path) -> Result<Nodes> {
        let (mut running, mut doors) = (Vec::new(), Vec::new());
        for number in 0..nodes.max(1) {
            let address = if number == 0 { self.site.address } else { child::free_address()? };
            let site = Site { address, ..self.site.clone() };
            let folder = folder.join(format!("node-{number}"));
            fs::create_dir_all(&folder)?;
            running.push(child::start(self.program, &self.assignment(&site, &folder)).await?);
            doors.push(address);
        }
        Ok(Nodes { running, doors: doors.into() })
    }

    fn assignment<'s>(&'s self, site: &'s Site, folder: &'s Path) -> Assignment<'s> {
        Assignment { site, database: self.database, graph_base_url: self.graph_base_url, folder }
    }
}

impl Nodes {
    /// Where they take webhooks.
    pub(crate) fn doors(&self) -> Rc<[SocketAddr]> {
        self.doors.clone()
    }

    /// Their processes.
    pub(crate) fn pids(&self) -> Vec<Pid> {
        self.running.iter().map(Running::pid).collect()
    }

    /// The most memory that each has occupied, added up.
    pub(crate) fn peak_memory_mib(&self) -> f64 {
        self.pids().into_iter().map(|pid| processes::peak_memory_kib(pid) as f64 / 1024.0).sum()
    }

    /// Asks each to end and waits until it has.
    pub(crate) async fn end(&mut self) -> Result<()> {
        for running in self.running.drain(..) {
            running.end().await?;
        }
        Ok(())
    }
}

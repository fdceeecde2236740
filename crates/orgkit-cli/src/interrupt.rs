//! Ctrl-C: the first ends the run at a step boundary, the second at once.

use crate::exit::Exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody asked to stop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Watches for Ctrl-C on a thread of its own, so that a busy run cannot miss it.
    pub(crate) fn watch(resume: &str) -> Self {
        let interrupt = Self::default();
        let (asked, resume) = (interrupt.clone(), resume.to_owned());
        std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
            runtime.block_on(async {
                if tokio::signal::ctrl_c().await.is_err() {
                    return;
                }
                asked.0.store(true, Ordering::SeqCst);
                let printer = crate::printer::Printer::default();
                printer.insist("stopping after this step; Ctrl-C again stops at once");
                if tokio::signal::ctrl_c().await.is_ok() {
                    printer.insist(&format!("stopped at once; `{resume}` goes on from here"));
                    // The journal is made for an end at any moment.
                    std::process::exit(i32::from(Exit::Interrupted as u8));
                }
            });
        });
        interrupt
    }

    /// Whether somebody asked to stop.
    pub(crate) fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

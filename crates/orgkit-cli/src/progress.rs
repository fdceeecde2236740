//! Progress: a bar per phase and per account on a terminal, plain lines off it.

use crate::printer::Printer;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use orgkit_execute::Progress;
use orgkit_model::{AccountId, Plan, Step, StepId, StepResult};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// More account bars than this would push the phases off the screen: finished ones are taken away then.
const BARS: usize = 12;

/// Shows what a run does.
pub(crate) struct Watcher {
    printer: Printer,
    names: BTreeMap<AccountId, String>,
    bars: Option<RefCell<Bars>>,
    /// What each step waits for, as it was last told.
    waits: RefCell<BTreeMap<StepId, String>>,
}

struct Bars {
    all: MultiProgress,
    wave: Option<ProgressBar>,
    account: Option<(AccountId, ProgressBar)>,
    shown: Vec<ProgressBar>,
    steps: BTreeMap<AccountId, u64>,
}

impl Watcher {
    /// A watcher for the run of a plan.
    pub(crate) fn new(plan: &Plan, printer: Printer) -> Self {
        let names = plan.placements.iter().map(|placement| (placement.account.clone(), placement.name.clone())).collect();
        let mut steps: BTreeMap<AccountId, u64> = BTreeMap::new();
        for account in plan.steps().filter_map(|step| step.account.clone()) {
            *steps.entry(account).or_default() += 1;
        }
        let all = || MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(20));
        let bars = printer.is_terminal().then(|| RefCell::new(Bars { all: all(), wave: None, account: None, shown: Vec::new(), steps }));
        Self { printer, names, bars, waits: RefCell::default() }
    }

    /// Takes the bars down.
    pub(crate) fn close(&self) {
        if let Some(bars) = &self.bars {
            let mut bars = bars.borrow_mut();
            bars.wave.take().inspect(ProgressBar::finish);
            bars.account.take().inspect(|(_, bar)| bar.finish());
        }
    }

    /// Shows one thing.
    pub(crate) fn show(&self, progress: Progress<'_>) {
        match &self.bars {
            Some(bars) => bars.borrow_mut().show(progress, &self.names),
            None => self.line(progress),
        }
    }

    fn line(&self, progress: Progress<'_>) {
        match progress {
            Progress::Wave { wave, number, of } => {
                let accounts = if wave.accounts.is_empty() { String::new() } else { format!(", {} accounts", wave.accounts.len()) };
                self.printer.say(&format!("wave {number}/{of}: {}{accounts}", wave.name));
            }
            Progress::Began { .. } => {}
            // Every look tells what it still waits for; a person wants to know it once.
            Progress::Waiting { step, reason } => {
                if self.waits.borrow_mut().insert(step.id.clone(), reason.to_owned()).as_deref() != Some(reason) {
                    self.printer.say(&format!("  {} waits: {reason}", step.id));
                }
            }
            Progress::Done { step, result } => self.printer.say(&format!("  {}{} ({})", self.whose(step), step.title, word(result))),
            Progress::Stuck { step, runbook } => self.printer.say(&format!("  {} is stuck\n    {}", step.id, runbook.join("\n    "))),
            Progress::Undone { step } => self.printer.say(&format!("  {}taken back: {}", self.whose(step), step.title)),
            Progress::Verifying => self.printer.say("verify: reading both estates again"),
        }
    }

    fn whose(&self, step: &Step) -> String {
        let name = step.account.as_ref().and_then(|account| self.names.get(account));
        name.filter(|name| !step.title.contains(name.as_str())).map_or_else(String::new, |name| format!("{name}: "))
    }
}

impl Bars {
    fn show(&mut self, progress: Progress<'_>, names: &BTreeMap<AccountId, String>) {
        match progress {
            Progress::Wave { wave, number, of } => {
                self.wave.take().inspect(ProgressBar::finish);
                let bar = self.add(wave.steps.len() as u64, format!("{number}/{of} {}", wave.name));
                self.wave = Some(bar);
            }
            Progress::Began { step } => self.begin(step, names),
            Progress::Waiting { reason, .. } => self.tell(&format!("waits: {reason}")),
            Progress::Stuck { step, .. } => self.tell(&format!("{} is stuck", step.id)),
            Progress::Undone { step } => self.tell(&format!("taken back: {}", step.title)),
            Progress::Done { .. } => {
                self.wave.iter().for_each(|bar| bar.inc(1));
                self.account.iter().for_each(|(_, bar)| bar.inc(1));
            }
            Progress::Verifying => {
                self.account.take().inspect(|(_, bar)| bar.finish());
                let bar = self.add(1, "verify".to_owned());
                self.wave.take().inspect(ProgressBar::finish);
                self.wave = Some(bar);
            }
        }
    }

    fn begin(&mut self, step: &Step, names: &BTreeMap<AccountId, String>) {
        if self.account.as_ref().map(|(account, _)| account) != step.account.as_ref() {
            if let Some((_, bar)) = self.account.take() {
                bar.finish();
                self.shown.push(bar);
            }
            if self.shown.len() > BARS {
                self.all.remove(&self.shown.remove(0));
            }
            if let Some(account) = &step.account {
                let name = names.get(account).cloned().unwrap_or_else(|| account.to_string());
                let bar = self.add(self.steps.get(account).copied().unwrap_or(1), format!("    {name}"));
                self.account = Some((account.clone(), bar));
            }
        }
        self.tell(&step.title);
    }

    fn tell(&self, text: &str) {
        let bar = self.account.as_ref().map(|(_, bar)| bar).or(self.wave.as_ref());
        bar.into_iter().for_each(|bar| bar.set_message(text.to_owned()));
    }

    fn add(&self, length: u64, name: String) -> ProgressBar {
        let style = ProgressStyle::with_template("{prefix:28} {bar:24} {pos:>3}/{len:<3} {wide_msg}");
        let bar = self.all.add(ProgressBar::new(length).with_prefix(name));
        // The template is fixed and sound; were it not, the default style would do.
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("━━╌"));
        }
        bar
    }
}

/// One word for what came of a step.
fn word(result: &StepResult) -> &'static str {
    match result {
        StepResult::Acted => "done",
        StepResult::AlreadyThere => "was so already",
        StepResult::Proven => "proven",
        StepResult::PassedBy { .. } => "passed by a person",
        StepResult::Assumed { .. } => "assumed, because this is a rehearsal",
    }
}

/// A bar for work whose length shows while it goes on; silent off a terminal.
pub(crate) fn spinner(printer: Printer, name: &str) -> Counter {
    let bar = printer
        .is_terminal()
        .then(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(20)).with_prefix(name.to_owned()));
    if let (Some(bar), Ok(style)) = (&bar, ProgressStyle::with_template("{prefix:28} {bar:24} {pos:>3}/{len:<3} {wide_msg}")) {
        bar.set_style(style.progress_chars("━━╌"));
    }
    Counter { bar }
}

/// A bar that counts.
pub(crate) struct Counter {
    bar: Option<ProgressBar>,
}

impl Counter {
    /// Shows how far the work is.
    pub(crate) fn tell(&self, done: usize, total: usize, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
            bar.set_message(what.to_owned());
        }
    }

    /// Takes the bar down.
    pub(crate) fn close(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}

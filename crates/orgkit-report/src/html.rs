//! The report as one self-contained HTML file: no script, no font, nothing loaded from anywhere.

mod accounts;
mod approach;
mod findings;
mod page;
mod steps;
mod style;
mod timeline;
mod tree;
mod verification;

pub use page::html;

#[cfg(test)]
mod tests;

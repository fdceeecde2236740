//! The table of figures that a benchmark prints.

use crate::machine::{describe, median};

/// One line of the table.
pub(crate) struct Row {
    pub(super) what: String,
    pub(super) goal: String,
    pub(super) figures: Vec<f64>,
    pub(super) unit: Unit,
    /// A limit of the machine, or a peer's figure, measured in the same minute.
    pub(super) beside: String,
}

#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Milliseconds,
    Seconds,
    Mebibytes,
    /// So many a second.
    PerSecond,
    MegabytesPerSecond,
}

impl Row {
    pub(super) fn markdown(&mut self) -> String {
        let unit = self.unit;
        let middle = unit.show(median(&mut self.figures));
        let ends = [self.figures.first(), self.figures.last()].map(|figure| unit.show(figure.copied().unwrap_or(f64::NAN)));
        format!("| {} | {} | {middle} | {} – {} | {} | {} |", self.what, self.goal, ends[0], ends[1], self.figures.len(), self.beside)
    }
}

impl Unit {
    pub(super) fn show(self, figure: f64) -> String {
        match self {
            Self::Milliseconds => format!("{:.1} ms", figure * 1000.0),
            Self::Seconds => format!("{figure:.2} s"),
            Self::Mebibytes => format!("{figure:.0} MiB"),
            Self::PerSecond if figure >= 1e6 => format!("{:.2} M/s", figure / 1e6),
            Self::PerSecond => format!("{figure:.0}/s"),
            Self::MegabytesPerSecond => format!("{figure:.0} MB/s"),
        }
    }
}

/// Prints figures as a table in Markdown, with the machine they were measured on.
pub(super) fn print(rows: &mut [Row]) {
    println!("\nMeasured on {}.\n", describe());
    println!("| what | goal | median | min – max | runs | beside it |\n|---|---|---|---|---|---|");
    for row in rows {
        println!("{}", row.markdown());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gives_the_middle_and_both_ends() {
        let figures = vec![0.003, 0.001, 0.002];
        let mut row = Row { what: "a".to_owned(), goal: "b".to_owned(), figures, unit: Unit::Milliseconds, beside: "c".into() };
        assert_eq!(row.markdown(), "| a | b | 2.0 ms | 1.0 ms – 3.0 ms | 3 | c |");
    }
}

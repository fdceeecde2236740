//! One renderer per file: terminal, HTML, JSON.

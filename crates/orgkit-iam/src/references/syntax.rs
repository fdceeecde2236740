//! How a file is written, as far as finding keys and comments needs it.

/// A family of languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON.
    Json,
    /// YAML, templates of Helm and CloudFormation included.
    Yaml,
    /// Terraform, OpenTofu, Packer, Terragrunt.
    Hcl,
    /// Brackets, and comments behind `//`: TypeScript, JavaScript, Go, Java, C#, Kotlin, Rust.
    Slashes,
    /// Comments behind `#`: Python, Ruby, shells, TOML, ini, `.env`, Dockerfiles.
    Hashes,
    /// Sentences: Markdown, plain text.
    Prose,
}

impl Syntax {
    /// The syntax of a file by its name, and by its beginning where the name tells nothing.
    pub fn of(path: &str, text: &str) -> Self {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension {
            "json" | "tfstate" | "asl" => Self::Json,
            "yaml" | "yml" | "cfn" | "sam" => Self::Yaml,
            "tf" | "tfvars" | "hcl" | "tofu" => Self::Hcl,
            "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs" | "go" | "java" | "cs" | "kt" | "kts" | "rs" | "groovy"
            | "scala" | "bicep" | "jsonc" | "json5" => Self::Slashes,
            "md" | "markdown" | "rst" | "adoc" | "txt" | "html" | "csv" => Self::Prose,
            "template" | "tpl" | "tmpl" | "policy" => Self::by_text(text),
            _ if name.starts_with("jenkinsfile") => Self::Slashes,
            _ if name.starts_with("readme") || name == "changelog" => Self::Prose,
            _ if text.trim_start().starts_with('{') => Self::Json,
            _ => Self::Hashes,
        }
    }

    fn by_text(text: &str) -> Self {
        if text.trim_start().starts_with(['{', '[']) { Self::Json } else { Self::Yaml }
    }

    pub(super) fn has_hash_comments(self) -> bool {
        matches!(self, Self::Yaml | Self::Hcl | Self::Hashes)
    }

    pub(super) fn has_slash_comments(self) -> bool {
        matches!(self, Self::Hcl | Self::Slashes)
    }

    /// Whether `'` begins a string. In HCL and prose it is an apostrophe.
    pub(super) fn has_single_quotes(self) -> bool {
        matches!(self, Self::Yaml | Self::Slashes | Self::Hashes)
    }

    /// Whether `key:value` without a blank is a key and a value rather than one word.
    pub(super) fn parts_at_colons(self) -> bool {
        matches!(self, Self::Slashes | Self::Json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_syntax() {
        for (path, text, expected) in [
            ("a/b.tf", "", Syntax::Hcl),
            ("template.yaml", "{", Syntax::Yaml),
            ("stack.template", "{}", Syntax::Json),
            ("stack.template", "Resources:", Syntax::Yaml),
            ("app.ts", "", Syntax::Slashes),
            ("deploy", "#!/bin/sh", Syntax::Hashes),
            (".env", "A=b", Syntax::Hashes),
            ("README", "", Syntax::Prose),
            ("policy-document", " {\"Statement\"", Syntax::Json),
        ] {
            assert_eq!(Syntax::of(path, text), expected, "{path}");
        }
    }
}

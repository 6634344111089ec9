//! What the caller of `cargo xtask test` asked for.

/// The words after `cargo xtask test`, sorted by who needs to know them.
#[derive(Debug, PartialEq)]
pub(super) struct Arguments {
    /// Whether the browser tests run.
    pub(super) browser: bool,
    /// The crates to test; none means all of them.
    packages: Vec<String>,
    /// For the test runner only, unread.
    pub(super) rest: Vec<String>,
}

/// The documentation tests that belong to a run.
#[derive(Debug, PartialEq)]
pub(super) enum DocTests {
    /// With these arguments for cargo.
    Of(Vec<String>),
    /// None, and why.
    None(&'static str),
}

impl Arguments {
    pub(super) fn parse(words: &[String]) -> Self {
        let mut arguments = Self { browser: true, packages: Vec::new(), rest: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--without-browser" => arguments.browser = false,
                "-p" | "--package" => arguments.packages.extend(words.next().cloned()),
                // What follows belongs to the test binaries, even if it looks like one of ours.
                "--" => {
                    arguments.rest.push(word.clone());
                    arguments.rest.extend(words.by_ref().cloned());
                }
                _ => match word.strip_prefix("--package=") {
                    Some(package) => arguments.packages.push(package.to_owned()),
                    None => arguments.rest.push(word.clone()),
                },
            }
        }
        arguments
    }

    pub(super) fn packages_or_workspace(&self) -> Vec<String> {
        // Cargo ignores `-p` beside `--workspace`, so it is one or the other.
        if self.packages.is_empty() { vec!["--workspace".to_owned()] } else { selection(&self.packages) }
    }

    /// Cargo refuses to look for documentation tests in a crate without a library, hence `libraries`.
    pub(super) fn doc_tests(&self, libraries: &[&str]) -> DocTests {
        if !self.rest.is_empty() {
            return DocTests::None("the arguments narrow the run");
        }
        if self.packages.is_empty() {
            return DocTests::Of(self.packages_or_workspace());
        }
        let documented: Vec<String> =
            self.packages.iter().filter(|name| libraries.contains(&name.as_str())).cloned().collect();
        if documented.is_empty() {
            DocTests::None("there is no library in it")
        } else {
            DocTests::Of(selection(&documented))
        }
    }
}

fn selection(packages: &[String]) -> Vec<String> {
    packages.iter().flat_map(|name| ["--package".to_owned(), name.clone()]).collect()
}

#[cfg(test)]
mod tests {
    use super::{Arguments, DocTests};

    fn parse(line: &str) -> Arguments {
        Arguments::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn without_arguments_the_whole_workspace_and_its_documentation_is_tested() {
        let all = parse("");
        assert!(all.browser);
        assert_eq!(all.packages_or_workspace(), ["--workspace"]);
        assert_eq!(all.doc_tests(&["domain"]), DocTests::Of(words("--workspace")));
    }

    #[test]
    fn a_chosen_crate_replaces_the_workspace() {
        let chosen = parse("-p domain --package=xtask");
        assert_eq!(chosen.packages_or_workspace(), words("--package domain --package xtask"));
        assert_eq!(chosen.doc_tests(&["domain"]), DocTests::Of(words("--package domain")));
    }

    #[test]
    fn a_program_has_no_documentation_tests() {
        assert_eq!(parse("-p xtask").doc_tests(&["domain"]), DocTests::None("there is no library in it"));
    }

    #[test]
    fn a_test_name_narrows_the_run_and_leaves_the_documentation_out() {
        let narrow = parse("a_lost_response --no-fail-fast --without-browser");
        assert!(!narrow.browser);
        assert_eq!(narrow.rest, words("a_lost_response --no-fail-fast"));
        assert_eq!(narrow.doc_tests(&["domain"]), DocTests::None("the arguments narrow the run"));
    }

    #[test]
    fn what_follows_two_dashes_is_the_test_binarys_own() {
        let split = parse("-p domain -- -p --without-browser");
        assert!(split.browser);
        assert_eq!(split.rest, words("-- -p --without-browser"));
    }
}

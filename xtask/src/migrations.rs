//! Both databases are the same product: every migration exists for both, with the same number and name.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

const FOLDER: &str = "crates/store/migrations";

/// Every migration that is missing on one side, misnamed or out of line, as a sentence.
pub(crate) fn problems(root: &Path) -> Result<Vec<String>> {
    let sqlite = sql_files(&root.join(FOLDER).join("sqlite"))?;
    let postgres = sql_files(&root.join(FOLDER).join("postgres"))?;
    Ok(compare(&sqlite, &postgres))
}

fn sql_files(folder: &Path) -> Result<BTreeSet<String>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("no migrations in {}", folder.display()))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    // A README may stand beside them.
    names.filter(|name: &Result<String>| name.as_ref().map_or(true, |name| name.ends_with(".sql"))).collect()
}

fn compare(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    problems.extend(sqlite.difference(postgres).map(|name| format!("{FOLDER}/postgres/{name} is missing")));
    problems.extend(postgres.difference(sqlite).map(|name| format!("{FOLDER}/sqlite/{name} is missing")));

    let all: BTreeSet<&String> = sqlite.union(postgres).collect();
    if all.is_empty() {
        problems.push(format!("{FOLDER} holds no migration"));
    }
    // They sort by number: the n-th one must carry n, so a number is neither skipped nor used twice.
    for (expected, name) in (1..).zip(all) {
        match number(name) {
            None => problems.push(format!("{FOLDER}: `{name}` is not named NNNN_what_it_does.sql")),
            Some(found) if found != expected => {
                problems.push(format!("{FOLDER}: `{name}` should be number {expected:04}"))
            }
            Some(_) => {}
        }
    }
    problems
}

/// The number of `0007_outbox_lease.sql`, if that is how the file is named.
fn number(name: &str) -> Option<u32> {
    let (digits, rest) = name.strip_suffix(".sql")?.split_once('_')?;
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let well_formed = digits.len() == 4 && !rest.is_empty() && rest.chars().all(plain);
    well_formed.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::compare;
    use std::collections::BTreeSet;

    fn files(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_same_numbers_and_names_on_both_sides_are_fine() {
        let both = files(&["0001_first.sql", "0002_outbox_lease.sql"]);
        assert!(compare(&both, &both).is_empty());
    }

    #[test]
    fn a_migration_for_one_database_only_is_named_with_its_missing_file() {
        let found = compare(&files(&["0001_first.sql", "0002_queues.sql"]), &files(&["0001_first.sql"]));
        assert_eq!(found, ["crates/store/migrations/postgres/0002_queues.sql is missing"]);
    }

    #[test]
    fn a_number_is_neither_skipped_nor_used_twice() {
        let skipped = files(&["0001_first.sql", "0003_third.sql"]);
        let twice = files(&["0001_first.sql", "0001_other.sql"]);
        assert_eq!(compare(&skipped, &skipped).len(), 1);
        assert_eq!(compare(&twice, &twice).len(), 1);
    }

    #[test]
    fn a_name_that_does_not_sort_is_refused() {
        for name in ["1_first.sql", "first.sql", "0001-first.sql", "0001_First.sql", "0001_.sql"] {
            let both = files(&[name]);
            assert_eq!(compare(&both, &both).len(), 1, "{name}");
        }
    }

    #[test]
    fn no_migration_at_all_is_a_problem() {
        assert_eq!(compare(&files(&[]), &files(&[])).len(), 1);
    }
}

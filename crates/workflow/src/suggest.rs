//! "Did you mean": the known name that somebody probably had in mind.

/// `; did you mean `x`?` for the known name nearest to `written`, else nothing.
pub(crate) fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(written, known) {
        Some(name) => format!("; did you mean `{name}`?"),
        None => String::new(),
    }
}

fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = plain(written);
    let allowed = (written.chars().count() / 3).max(1);
    known
        .into_iter()
        .filter_map(|name| {
            let plain_name = plain(name);
            // `Mexico_City` is far from `America/Mexico_City` in letters and still what was meant.
            let part = 4 <= written.len() && plain_name.contains(&written);
            let distance = if part { 0 } else { distance(&written, &plain_name) };
            (distance <= allowed).then_some((distance, name.len(), name))
        })
        .min()
        .map(|(_, _, name)| name)
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Letters to insert, drop, change or swap with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for i in 1..=left.len() {
        let mut row = vec![i];
        for j in 1..=right.len() {
            let changed = usize::from(left[i - 1] != right[j - 1]);
            let mut best = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + changed);
            if 1 < i && 1 < j && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(before_last_at(&before_last, j - 2) + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[right.len()]
}

fn before_last_at(row: &[usize], index: usize) -> usize {
    row.get(index).copied().unwrap_or(usize::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swapped_letter_still_finds_the_name() {
        assert_eq!(did_you_mean("quuee", ["queue", "name"]), "; did you mean `queue`?");
    }

    #[test]
    fn a_city_alone_finds_its_time_zone() {
        let zones = ["America/Mexico_City", "America/Santiago"];
        assert_eq!(did_you_mean("mexico city", zones), "; did you mean `America/Mexico_City`?");
    }

    #[test]
    fn a_name_like_no_other_gets_no_suggestion() {
        assert_eq!(did_you_mean("zebra", ["queue", "name"]), "");
    }
}

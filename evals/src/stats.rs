//! How sure counts make us.
#![expect(clippy::float_arithmetic, reason = "shares of counts; there is no money here")]

/// 95 percent of a normal distribution lie within so many deviations.
const Z: f64 = 1.959_964;

/// A share in percent, with the interval in which it lies at 95 % (Wilson).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// How many.
    pub of: usize,
    /// Of how many.
    pub all: usize,
    /// In percent.
    pub percent: f64,
    /// At least.
    pub low: f64,
    /// At most.
    pub high: f64,
}

/// So many of so many; nothing where there are none.
#[must_use]
pub fn share(of: usize, all: usize) -> Option<Share> {
    if all == 0 {
        return None;
    }
    let (n, p) = (number(all), number(of) / number(all));
    let z2 = Z * Z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let bounded = |value: f64| (value * 100.0).clamp(0.0, 100.0);
    Some(Share { of, all, percent: p * 100.0, low: bounded(centre - half), high: bounded(centre + half) })
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0} % ({}/{}; {:.0}–{:.0})", self.percent, self.of, self.all, self.low, self.high)
    }
}

/// How likely two models that are alike differ at least so much: `only_one` and `only_other` are the tests that one
/// passed and the other did not (McNemar, exact, two-sided).
#[must_use]
pub fn mcnemar(only_one: usize, only_other: usize) -> f64 {
    let (n, k) = (only_one + only_other, only_one.min(only_other));
    if n == 0 {
        return 1.0;
    }
    // binomial terms by their logarithms, so that many tests do not overflow
    let mut term = -number(n) * std::f64::consts::LN_2;
    let mut sum = 0.0;
    for i in 0..=k {
        sum += term.exp();
        term += (number(n - i)).ln() - (number(i + 1)).ln();
    }
    (2.0 * sum).min(1.0)
}

/// The difference of two paired shares in points, with its interval at 95 %.
#[must_use]
pub fn difference(only_one: usize, only_other: usize, all: usize) -> Option<(f64, f64, f64)> {
    if all == 0 {
        return None;
    }
    let (b, c, n) = (number(only_other), number(only_one), number(all));
    let points = (b - c) / n;
    let half = Z * ((b + c) - (b - c) * (b - c) / n).max(0.0).sqrt() / n;
    Some((points * 100.0, (points - half) * 100.0, (points + half) * 100.0))
}

/// The middle one, and the one that 95 of 100 do not exceed.
#[must_use]
pub fn middle_and_high(mut values: Vec<u64>) -> Option<(u64, u64)> {
    values.sort_unstable();
    let at = |percent: usize| values.get((values.len().saturating_sub(1)) * percent / 100).copied();
    Some((at(50)?, at(95)?))
}

#[expect(clippy::cast_precision_loss, reason = "nobody has that many tests")]
const fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 0.05
    }

    #[test]
    fn intervals_are_those_of_the_books() {
        let half = share(5, 10).unwrap();
        assert!(near(half.low, 23.66) && near(half.high, 76.34), "{half:?}");
        let all = share(10, 10).unwrap();
        assert!(near(all.low, 72.25) && near(all.high, 100.0), "{all:?}");
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn paired_tests_are_those_of_the_books() {
        assert!(near(mcnemar(0, 0), 1.0));
        assert!((mcnemar(1, 9) - 0.021_484).abs() < 1e-5);
        assert!((mcnemar(9, 1) - 0.021_484).abs() < 1e-5);
        assert!(near(mcnemar(5, 5), 1.0));
        assert!(mcnemar(0, 2_000) < 1e-10);
    }

    #[test]
    fn the_middle_is_the_middle() {
        assert_eq!(middle_and_high(vec![3, 1, 2]), Some((2, 2)));
        assert_eq!(middle_and_high(vec![]), None);
    }
}

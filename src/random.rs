//! Numbers that look random and are the same in every run, on every machine.

/// 2^64 divided by the golden ratio, which spreads small numbers.
pub const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// One step of [`Generator`]: bits that look random, the same for the same `value`.
pub fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(GOLDEN);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// `SplitMix64` (G. Steele, D. Lea and C. Flood, *Fast Splittable Pseudorandom Number Generators*,
/// 2014, figure 17): small, and good enough to draw indices.
#[derive(Clone, Debug)]
pub struct Generator(u64);

impl Generator {
    /// Starts the sequence of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next_bits(&mut self) -> u64 {
        let bits = mixed(self.0);
        self.0 = self.0.wrapping_add(GOLDEN);
        bits
    }

    /// A number below `count`, each as likely to within `count / 2^64`; 0 where `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next_bits()) * count as u128) >> 64) as usize
    }
}

/// Shuffles by Fisher and Yates (Knuth, *The Art of Computer Programming*, volume 2, algorithm 3.4.2P).
pub fn shuffle<T>(items: &mut [T], generator: &mut Generator) {
    for last in (1..items.len()).rev() {
        items.swap(last, generator.below(last + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        // First outputs for seed 1234567, as listed with the reference implementation.
        let mut generator = Generator::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| generator.next_bits()).collect();
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn draws_every_number_below_the_count() {
        let mut generator = Generator::new(1);
        let mut drawn = [0; 5];
        for _ in 0..5_000 {
            drawn[generator.below(5)] += 1;
        }
        assert!(
            drawn.iter().all(|&count| (900..1_100).contains(&count)),
            "{drawn:?}"
        );
        assert_eq!(generator.below(0), 0);
    }
}

//! How much may the parts of a package say, all together?

use crate::ingest::error::ReadError;

/// The most that all parts read may expand to. The text of a long book takes a hundredth of it.
const MAX_EXPANDED_BYTES: u64 = 192 * 1024 * 1024;
/// What parts may expand to in any case, and how often the size of the file beyond that: XML of an office program
/// shrinks to a tenth, that of tables of 1,500 rows (20 MB) to a fiftieth and, where cells are much the same, to less
/// than a hundredth, a bomb to a thousandth. With more for nothing, small files would take more than 512 MB to read.
const FREE_EXPANDED_BYTES: u64 = 48 * 1024 * 1024;
const MAX_EXPANSION: u64 = 60;

/// The bytes that parts may still expand to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    left: u64,
    /// What was left in the beginning.
    limit: u64,
}

impl Budget {
    /// The budget of a package of so many bytes.
    pub(super) fn of_file(bytes: usize) -> Self {
        let limit = (bytes as u64)
            .saturating_mul(MAX_EXPANSION)
            .clamp(FREE_EXPANDED_BYTES, MAX_EXPANDED_BYTES);
        Self { left: limit, limit }
    }

    pub(super) fn left(&self) -> u64 {
        self.left
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Takes a part that was read.
    ///
    /// # Errors
    ///
    /// [`ReadError::TooLarge`] where the parts read so far are more than the budget.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), ReadError> {
        let left = self.left.checked_sub(bytes as u64);
        self.left = left.ok_or_else(|| {
            let megabytes = self.limit / (1024 * 1024);
            ReadError::TooLarge(format!("its parts expand to more than {megabytes} MB"))
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_tables_shrink_more_than_other_parts() {
        let cases = [
            (120_000, 16, 49),
            (2 << 20, 110, 121),
            (100 << 20, 192, 193),
        ];
        for (file, megabytes, too_many) in cases {
            assert!(Budget::of_file(file).spend(megabytes << 20).is_ok());
            assert!(Budget::of_file(file).spend(too_many << 20).is_err());
        }
    }
}

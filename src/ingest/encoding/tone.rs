//! Where does the tone mark stand: `hòa` or `hoà`, `thúy` or `thuý`?
//!
//! The two spellings differ only in open syllables that end in `oa`, `oe` or `uy`: the old one marks the first vowel, the
//! new one the second. With a final consonant (`hoàn`) and after `qu` and `gi` (`quý`, `già`) there is one spelling.

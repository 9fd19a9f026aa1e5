//! The stages that need the model and no labels: read, segment, tokenise, encode.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;

use super::prepared::{Prepared, PreparedContent};
use super::{CardWork, Content, Input, contained, input, rounded};
use crate::classify::{QuotingHead, QuotingHeadError};
use crate::encode::windows::{self, Frame};
use crate::encode::{self, DocumentVectors, EncodeError, Encoder, Memory};
use crate::ingest::{RawDocument, ReadError, ReadOptions};
use crate::rank::{Maker, Ranker, Scorer};
use crate::record::{Failure, ModelIdentity};
use crate::segment;
use crate::select::Budget;
use crate::tokenize::Tokenize;

/// A transformer with everything that belongs to it.
pub struct Model {
    /// Its tokenizer.
    pub tokenizer: Box<dyn Tokenize>,
    /// The transformer itself.
    pub encoder: Box<dyn Encoder>,
    /// Its name and hash.
    pub identity: ModelIdentity,
}

/// Room for paragraphs that may come again: some 4,000 of them, which is what an office repeats; more would be
/// seen in the memory of a long run.
const MEMORY_BYTES: usize = 8 << 20;

/// What is made of a document.
#[derive(Clone, Debug)]
pub struct PipelineOptions {
    /// How the files are read.
    pub read: ReadOptions,
    /// How long the summary may be.
    pub budget: Budget,
    /// Which sentences it prefers.
    pub ranker: Ranker,
    /// How many sentences are quoted for each label at most.
    pub quotations_per_label: usize,
    /// Whether a record carries the document's text.
    pub with_text: bool,
    /// Whether a record carries the scores of all labels, not only of those that hold.
    pub all_scores: bool,
    /// How many tokens a pass through the transformer takes together.
    pub batch_tokens: usize,
    /// Documents with more text than this are refused.
    pub max_text_bytes: usize,
}

impl Default for PipelineOptions {
    fn default() -> Self {
        Self {
            read: ReadOptions::default(),
            budget: Budget::Sentences(4),
            ranker: Ranker::default(),
            quotations_per_label: 3,
            with_text: false,
            all_scores: false,
            // Measured in docs/performance.md: larger passes leave the cache, smaller ones repeat work.
            batch_tokens: 1024,
            // Some 5,000 pages, which no report has; its vectors take about 1 GB on the way.
            max_text_bytes: 16 << 20,
        }
    }
}

/// The stages that need the model and no labels: read, segment, tokenise, encode.
pub struct Reader {
    model: Model,
    frame: Frame,
    memory: Memory,
    options: PipelineOptions,
    scorer: Option<(Scorer, Maker)>,
    quoting: Option<QuotingHead>,
}

/// A document's vectors, or why it has none.
pub type Vectors = Result<DocumentVectors, Arc<EncodeError>>;

impl Reader {
    /// Puts a reader together.
    pub fn new(model: Model, options: PipelineOptions) -> Self {
        let frame = Frame::new(model.tokenizer.as_ref(), model.encoder.max_tokens());
        Self {
            model,
            frame,
            memory: Memory::new(MEMORY_BYTES),
            options,
            scorer: None,
            quoting: None,
        }
    }

    /// The same with a scorer that ranks for it; one of the user's own has a say in reports too.
    #[must_use]
    pub fn with_scorer(self, scorer: Scorer, maker: Maker) -> Self {
        Self {
            scorer: Some((scorer, maker)),
            ..self
        }
    }

    /// The same with a head that tells how readily units of reports are quoted.
    ///
    /// # Errors
    ///
    /// If the head is made for vectors of another size than the model's.
    pub fn with_quoting(self, quoting: Option<QuotingHead>) -> Result<Self, QuotingHeadError> {
        if let Some(head) = &quoting {
            head.check_size(self.model.encoder.hidden_size())?;
        }
        Ok(Self { quoting, ..self })
    }

    /// The head that tells how readily units of reports are quoted, if there is one.
    pub fn quoting(&self) -> Option<&QuotingHead> {
        self.quoting.as_ref()
    }

    /// The scorer that ranks for it, if there is one.
    pub fn scorer(&self) -> Option<&Scorer> {
        self.scorer.as_ref().map(|(scorer, _)| scorer)
    }

    /// The same with whose it is.
    pub(super) fn scorer_and_maker(&self) -> Option<&(Scorer, Maker)> {
        self.scorer.as_ref()
    }

    /// What its summaries go by.
    pub(super) fn ranker(&self) -> Ranker {
        self.options.ranker.with(self.scorer())
    }

    /// What it makes of documents.
    pub fn options(&self) -> &PipelineOptions {
        &self.options
    }

    /// The model that it reads with.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// What the cards did that the transformer runs on; nothing where it runs on none.
    pub fn card_work(&self) -> Option<CardWork> {
        self.model.encoder.card_work()
    }

    /// Prepares and encodes inputs, in their order.
    pub fn read_and_encode(&self, inputs: Vec<Input>) -> Vec<(Prepared, Vectors)> {
        let prepared: Vec<Prepared> = inputs
            .into_par_iter()
            .map(|input| self.prepare(input))
            .collect();
        let vectors = self.encode(&prepared);
        prepared.into_iter().zip(vectors).collect()
    }

    /// Reads, segments and tokenises one input, as far as that goes.
    pub fn prepare(&self, input: Input) -> Prepared {
        let (id, source) = (input.id.clone(), input.source.clone());
        contained(|| self.prepare_input(input)).unwrap_or_else(|failure| Prepared {
            id,
            source,
            content: Err(failure),
        })
    }

    fn prepare_input(&self, input: Input) -> Prepared {
        let Input {
            id,
            mut source,
            content,
        } = input;
        let raw = content.and_then(|content| self.read(content, &source.path));
        let content = raw.and_then(|raw| {
            source.format = Some(raw.format.name().to_owned());
            source.encoding = Some(raw.encoding.name.clone());
            source.encoding_confidence = Some(rounded(raw.encoding.confidence));
            self.segment(raw)
        });
        Prepared {
            id,
            source,
            content,
        }
    }

    /// Runs the documents through the transformer, all windows together.
    pub fn encode<'p>(&self, prepared: impl IntoIterator<Item = &'p Prepared>) -> Vec<Vectors> {
        let parts = prepared.into_iter().map(|one| match &one.content {
            Ok(content) => (content.units.len(), content.windows.windows.as_slice()),
            Err(_) => (0, [].as_slice()),
        });
        let parts: Vec<_> = parts.collect();
        encode::encode_documents(
            self.model.encoder.as_ref(),
            &self.memory,
            &parts,
            self.options.batch_tokens,
        )
    }

    fn read(&self, content: Content, path: &str) -> Result<RawDocument, Failure> {
        let raw = content.read(path, &self.options.read)?;
        let text_bytes: usize = raw
            .paragraphs
            .iter()
            .map(|paragraph| paragraph.text.len())
            .sum();
        let limit = self.options.max_text_bytes;
        if text_bytes > limit {
            let message =
                format!("{text_bytes} bytes of text, the limit is {limit}; see --max-text");
            return Err(ReadError::TooLarge(message).into());
        }
        Ok(raw)
    }

    fn segment(&self, raw: RawDocument) -> Result<PreparedContent, Failure> {
        let document = segment::split(&raw);
        let windows = windows::cut(&document, self.model.tokenizer.as_ref(), &self.frame)
            .map_err(|error| input::not_tokenized(&error))?;
        let units = document.units();
        let shown_title = raw.shown_title().map(Cow::into_owned);
        let RawDocument {
            title,
            official,
            failed_pages,
            ..
        } = raw;
        Ok(PreparedContent {
            title,
            shown_title,
            official,
            failed_pages,
            document,
            units,
            windows,
        })
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let model = &self.model.identity.name;
        formatter
            .debug_struct("Reader")
            .field("model", model)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Model")
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{BUCKETS, Head};
    use crate::encode::FakeEncoder;
    use crate::tokenize::{SpecialTokens, TokenizeError};

    struct NoTokens;

    impl Tokenize for NoTokens {
        fn encode_into(&self, _: &str, _: &mut Vec<u32>) -> Result<(), TokenizeError> {
            Ok(())
        }

        fn specials(&self) -> SpecialTokens {
            SpecialTokens {
                bos: 0,
                pad: 1,
                eos: 2,
                unk: 3,
            }
        }
    }

    #[test]
    fn a_quoting_head_of_another_size_is_refused_before_any_document() {
        let with_head_of = |size: usize| {
            let model = Model {
                tokenizer: Box::new(NoTokens),
                encoder: Box::new(FakeEncoder { hidden_size: 2 }),
                identity: ModelIdentity::default(),
            };
            let head = Head::new(vec![1.0; size], vec![0.0; BUCKETS], 0.0).expect("a sound head");
            let head = QuotingHead::new(head, "");
            Reader::new(model, PipelineOptions::default()).with_quoting(Some(head))
        };
        assert!(with_head_of(2).is_ok());
        let error = with_head_of(3).expect_err("three weights for two numbers");
        assert!(error.to_string().contains("train quoting"), "{error}");
    }
}

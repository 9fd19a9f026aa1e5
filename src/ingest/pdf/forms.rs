//! How much does a page draw, with the forms that it paints, and those that they paint?
//!
//! The parser writes a form out wherever it is painted, so that one of ten forms that each paint the next one
//! ten times would be written out ten thousand million times.

use std::collections::BTreeMap;

use unpdf::parser::backend::{
    FormXObject, ObjectId, PageId, PaintedXObject, PdfBackend, PdfValue, RawBackend, ResourceScope,
};

use super::depth;

/// As deep as the parser follows forms within forms; what goes deeper is absurd.
const MAX_FORMS: usize = 32;

/// How many operators a page's content comes to, with all forms written out. Saturates, as it does for content that
/// cannot be listed itself.
pub(super) fn written_out(backend: &RawBackend, page: PageId, content: &[u8]) -> usize {
    let mut forms = Forms {
        backend,
        page,
        counts: BTreeMap::new(),
    };
    forms.count(ResourceScope::page(page), None, content, 0)
}

struct Forms<'a> {
    backend: &'a RawBackend,
    page: PageId,
    /// What a form comes to; without end while it is being counted, if another one that it paints paints it.
    counts: BTreeMap<ObjectId, usize>,
}

impl Forms<'_> {
    /// Counts the content of the form `of`, or of the page.
    fn count(
        &mut self,
        scope: ResourceScope,
        of: Option<ObjectId>,
        content: &[u8],
        depth: usize,
    ) -> usize {
        if depth::is_content_absurd(content) {
            return usize::MAX;
        }
        let mut count = depth::operators(content);
        for (name, times) in self.painted(content) {
            if let Some(PaintedXObject::Form(form)) = self.backend.xobject(scope, &name)
                // The parser does not follow a form into itself; in old files one without resources does so by name.
                && Some(form.id) != of
            {
                // A count that left something out would be wrong for the same form painted less deep.
                if depth >= MAX_FORMS {
                    return usize::MAX;
                }
                let each = self.count_form(&form, depth);
                count = count.saturating_add(each.saturating_mul(times));
            }
        }
        count
    }

    fn count_form(&mut self, form: &FormXObject, depth: usize) -> usize {
        if let Some(count) = self.counts.get(&form.id) {
            return *count;
        }
        self.counts.insert(form.id, usize::MAX);
        let content = form.content.as_deref().unwrap_or_default();
        let scope = ResourceScope::form(self.page, form.id);
        let count = self.count(scope, Some(form.id), content, depth + 1);
        self.counts.insert(form.id, count);
        count
    }

    /// The names that a content paints, and how often each.
    fn painted(&self, content: &[u8]) -> BTreeMap<Vec<u8>, usize> {
        let mut names = BTreeMap::new();
        if !content.windows(2).any(|word| word == b"Do") {
            return names;
        }
        for operation in self.backend.decode_content(content).unwrap_or_default() {
            if operation.operator == "Do"
                && let Some(PdfValue::Name(name)) = operation.operands.first()
            {
                *names.entry(name.clone()).or_default() += 1;
            }
        }
        names
    }
}

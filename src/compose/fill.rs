//! Fields that templates fill into what a persona has besides texts: the description, the title, headings and settings of
//! targets.

use std::borrow::Cow;

use super::assemble::Assembly;
use super::origin::Origin;
use super::persona::{Field, Setting};
use super::template::{Templates, value};
use crate::model::{Address, Claim, DESCRIPTION, Datum, FRONT_MATTER, target};

impl<'a> Assembly<'_, 'a> {
    /// Fills in the description, which texts may then print.
    pub(super) fn fill_description(&self, fields: &mut [Field<'a>], templates: &mut Templates<'_>) {
        let is_description = |field: &&mut Field<'_>| field.name == DESCRIPTION;
        let Some(field) = fields.iter_mut().find(is_description) else { return };
        let Some(Origin::Claim(claim)) = field.origin else { return };
        if !templates.fills(claim) {
            return;
        }
        templates.unset_field(DESCRIPTION);
        if let Some(filled) = self.fill(claim, &field.value, templates) {
            field.value = Cow::Owned(filled);
        }
        templates.set_field(DESCRIPTION, value(&field.value));
    }

    /// A value with the fields of a template filled in, if there are any.
    fn fill(&self, claim: &Claim, datum: &Datum, templates: &Templates<'_>) -> Option<Datum> {
        let address = Address::parse(claim.address.as_str());
        let of_target = match address {
            Address::TargetKey { target: name, .. } => target(name).map_or(&[][..], |target| target.macros),
            _ => &[],
        };
        let macros: Vec<&str> = of_target.iter().map(|known| known.name).collect();
        let is_template = self.library.is_template(claim.source);
        let filled = is_template.then(|| templates.fill_datum(claim, datum, &macros))??;
        let is_line = !matches!(address, Address::Field(_) | Address::TargetKey { key: FRONT_MATTER, .. });
        for (before, after) in datum.strings().into_iter().zip(filled.strings()) {
            if is_line && !before.contains('\n') && after.contains('\n') {
                templates.refuse(claim.span, "must be one line, but a field adds a line break");
            }
            if after.trim().is_empty() && !before.trim().is_empty() {
                templates.refuse(claim.span, "is empty after its fields are filled in");
            }
        }
        Some(filled)
    }

    /// A setting with the fields of a template filled in.
    pub(super) fn filled(&self, address: &str, templates: &Templates<'_>) -> Option<Setting<'a>> {
        let mut setting = self.setting(address)?;
        if let Some((datum, Origin::Claim(claim))) = self.datum(address)
            && setting.origin.is_some()
            && let Some(Datum::String(text)) = self.fill(claim, datum, templates)
        {
            setting.text = Cow::Owned(text);
        }
        Some(setting)
    }

    /// As [`Assembly::datum`], with the fields of a template filled in.
    pub(super) fn filled_datum(
        &self,
        address: &str,
        templates: &Templates<'_>,
    ) -> Option<(Cow<'a, Datum>, Origin<'a>)> {
        let (datum, origin) = self.datum(address)?;
        let filled = origin.claim().and_then(|claim| self.fill(claim, datum, templates));
        Some((filled.map_or(Cow::Borrowed(datum), Cow::Owned), origin))
    }
}

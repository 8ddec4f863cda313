//! Settings of a target that take the place of a field: `model` in `[target.claude]` is written instead of the field `model`.

use crate::compose::{Composition, Origin, State, TargetSettings};
use crate::model::grammar::target_header;
use crate::model::wording::shortened;
use crate::model::{Address, Content, Datum, Diagnostic, Level, codes};

/// Reports settings with another value than a locked field that they take the place of.
pub(super) fn check(composition: &Composition<'_>, settings: &TargetSettings<'_>) -> Vec<Diagnostic> {
    let target = settings.target.name;
    let overridden = |key: &str, value: &Datum, origin: Origin<'_>| {
        let field = Address::Field(key).to_string();
        let decision = composition.decisions.get(field.as_str())?;
        let mut kept = [State::Emitted, State::Agreed].into_iter().flat_map(|state| decision.in_state(state));
        let locked = kept.find(|claim| claim.level == Level::Locked)?;
        let is_same = matches!(&locked.content, Content::Field(wanted) if wanted == value);
        let message = format!(
            "`{key}` is `{}` for {target}, instead of the value of a locked field",
            shortened(&value.to_string(), 40)
        );
        let finding = Diagnostic::new(codes::LOCK_CONFLICT, message).at(origin.span(), "");
        let table = target_header(target);
        let help = format!("delete `{key}` in {table}: without it, the value of the field is written");
        (!is_same).then(|| finding.context(locked.span, "locked here").about(field).help(help))
    };
    let values = settings.values.iter();
    values.filter_map(|(key, value, origin)| overridden(key, value, (*origin)?)).collect()
}

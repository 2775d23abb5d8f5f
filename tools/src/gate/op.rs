//! An operation with its types erased. The fields that run it are private to the gate.

use futures::future::BoxFuture;
use schemars::SchemaGenerator;
use serde_json::Value;

use crate::{Call, Changes, Cx, Effect, Error, Operation, Result};

/// What an operation answered: the typed output behind it still words and undoes itself.
pub(super) trait Outcome: Send + Sync {
    fn output(&self) -> Result<Value>;
    fn sentence(&self) -> String;
    fn undo(&self, changes: &Changes) -> Option<Call>;
}

struct Finished<O: Operation> {
    /// The input again, for `undo`; reads have none.
    input: Option<O>,
    output: O::Output,
}

impl<O: Operation> Outcome for Finished<O> {
    fn output(&self) -> Result<Value> {
        Ok(serde_json::to_value(&self.output)?)
    }
    fn sentence(&self) -> String {
        self.output.to_string()
    }
    fn undo(&self, changes: &Changes) -> Option<Call> {
        self.input.as_ref().and_then(|input| input.undo(&self.output, changes))
    }
}

type Run = for<'a> fn(Value, &'a mut Cx) -> BoxFuture<'a, Result<Box<dyn Outcome>>>;

/// One operation of the catalogue. It can be listed and described anywhere, and run only by the gate.
#[derive(Clone, Copy)]
pub struct Op {
    name: &'static str,
    effect: Effect,
    group: Option<&'static str>,
    instead_of_undo: &'static str,
    input: fn(&mut SchemaGenerator) -> schemars::Schema,
    output: fn(&mut SchemaGenerator) -> schemars::Schema,
    pub(super) run: Run,
}

impl Op {
    /// Erases the operation `O`.
    #[must_use]
    pub const fn of<O: Operation>() -> Self {
        Self {
            name: O::NAME,
            effect: O::EFFECT,
            group: O::GROUP,
            instead_of_undo: O::INSTEAD_OF_UNDO,
            input: SchemaGenerator::root_schema_for::<O>,
            output: SchemaGenerator::root_schema_for::<O::Output>,
            run: run::<O>,
        }
    }
    /// `domain.entities.verb`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
    /// What running it does.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }
    /// Its own group of rights, where it has left its domain's.
    #[must_use]
    pub const fn group(&self) -> Option<&'static str> {
        self.group
    }
    /// What to do where nothing takes it back.
    #[must_use]
    pub const fn instead_of_undo(&self) -> &'static str {
        self.instead_of_undo
    }
    pub(crate) fn schema(&self, mut generator: SchemaGenerator, input: bool) -> Value {
        let of = if input { self.input } else { self.output };
        of(&mut generator).to_value()
    }
}

fn run<O: Operation>(arguments: Value, cx: &mut Cx) -> BoxFuture<'_, Result<Box<dyn Outcome>>> {
    Box::pin(async move {
        let typed = |value: &Value| {
            O::deserialize(value).map_err(|e| {
                Error::internal(format!("{}: arguments passed their schema but not their type: {e}", O::NAME))
            })
        };
        // twice, since running uses the input up and `undo` wants it again
        let input = if O::EFFECT == Effect::Read { None } else { Some(typed(&arguments)?) };
        let output = typed(&arguments)?.run(cx).await?;
        Ok(Box::new(Finished::<O> { input, output }) as Box<dyn Outcome>)
    })
}

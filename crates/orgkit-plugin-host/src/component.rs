//! A compiled component and the calls to it.

use crate::bindings::exports::orgkit::policy::{check, enrollment, route_check, step};
use crate::bindings::orgkit::policy::types::{Context, RuleError, Subject};
use crate::limits::MemoryExceeded;
use crate::state::{QuotaExceeded, State};
use crate::{Answer, CallContext, FactIndex, FactRef, Limits, PluginError, RawChange, RawDecision, RawFinding};
use wasmtime::component::{Instance, InstancePre};
use wasmtime::{Store, Trap};

/// Which kinds of rule a component has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exports {
    /// Checks.
    pub check: bool,
    /// Checks of log routes.
    pub route_check: bool,
    /// Hardening steps.
    pub step: bool,
    /// Enrolment rules.
    pub enrollment: bool,
}

/// A component that was checked, compiled and linked. Every call runs in a store of its own.
pub struct Component {
    name: String,
    pre: InstancePre<State>,
    limits: Limits,
    check: Option<check::GuestIndices>,
    route_check: Option<route_check::GuestIndices>,
    step: Option<step::GuestIndices>,
    enrollment: Option<enrollment::GuestIndices>,
}

impl std::fmt::Debug for Component {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Component").field("name", &self.name).field("exports", &self.exports()).finish_non_exhaustive()
    }
}

impl Component {
    pub(crate) fn new(name: &str, pre: InstancePre<State>, limits: &Limits) -> Result<Self, PluginError> {
        let component = Self {
            name: name.to_owned(),
            limits: limits.clone(),
            check: check::GuestIndices::new(&pre).ok(),
            route_check: route_check::GuestIndices::new(&pre).ok(),
            step: step::GuestIndices::new(&pre).ok(),
            enrollment: enrollment::GuestIndices::new(&pre).ok(),
            pre,
        };
        if component.exports() == Exports::default() {
            return Err(PluginError::NoRules { component: name.to_owned() });
        }
        Ok(component)
    }

    /// The name that it was loaded under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which kinds of rule it has.
    pub fn exports(&self) -> Exports {
        Exports {
            check: self.check.is_some(),
            route_check: self.route_check.is_some(),
            step: self.step.is_some(),
            enrollment: self.enrollment.is_some(),
        }
    }

    /// Asks a check about a batch of subjects. A subject may have no finding; that is for the caller to notice.
    pub fn check(
        &self,
        context: &CallContext,
        params: &str,
        facts: &FactIndex,
        batch: &[FactRef],
    ) -> Result<Answer<Vec<RawFinding>>, PluginError> {
        let export = self.export(self.check.as_ref(), "check")?;
        self.call(context, facts, batch, |store, instance, ctx, subjects| {
            export.load(&mut *store, instance)?.call_evaluate(store, ctx, params, subjects)
        })
        .and_then(|(answer, state)| findings(answer, &state, &self.limits, batch.len()))
    }

    /// Asks a check of log routes about an account.
    pub fn assess_route(
        &self,
        context: &CallContext,
        params: &str,
        facts: &FactIndex,
        account: FactRef,
    ) -> Result<Answer<Vec<RawFinding>>, PluginError> {
        let export = self.export(self.route_check.as_ref(), "route-check")?;
        self.call(context, facts, &[account], |store, instance, ctx, subjects| match subjects {
            [subject] => export.load(&mut *store, instance)?.call_assess(store, ctx, params, subject),
            _ => Ok(Ok(Vec::new())),
        })
        .and_then(|(answer, state)| findings(answer, &state, &self.limits, 1))
    }

    /// Asks a hardening step for its changes.
    pub fn plan_step(
        &self,
        context: &CallContext,
        params: &str,
        facts: &FactIndex,
        target: FactRef,
    ) -> Result<Answer<Vec<RawChange>>, PluginError> {
        let export = self.export(self.step.as_ref(), "step")?;
        self.call(context, facts, &[target], |store, instance, ctx, subjects| match subjects {
            [subject] => export.load(&mut *store, instance)?.call_plan(store, ctx, params, subject),
            _ => Ok(Ok(Vec::new())),
        })
        .map(|(answer, _)| Answer {
            value: answer.value.into_iter().map(Into::into).collect(),
            log: answer.log,
            fuel: answer.fuel,
        })
    }

    /// Asks an enrolment rule where an account goes.
    pub fn decide_enrollment(
        &self,
        context: &CallContext,
        params: &str,
        facts: &FactIndex,
        account: FactRef,
    ) -> Result<Answer<RawDecision>, PluginError> {
        let export = self.export(self.enrollment.as_ref(), "enrollment")?;
        let (answer, _) = self.call(context, facts, &[account], |store, instance, ctx, subjects| match subjects {
            [subject] => export.load(&mut *store, instance)?.call_decide(store, ctx, params, subject),
            _ => Ok(Err(RuleError::Failed("no account was given".to_owned()))),
        })?;
        Ok(Answer { value: answer.value.into(), log: answer.log, fuel: answer.fuel })
    }

    fn export<'a, T>(&self, export: Option<&'a T>, name: &'static str) -> Result<&'a T, PluginError> {
        export.ok_or_else(|| PluginError::NoSuchExport { component: self.name.clone(), export: name })
    }

    /// One call in a store of its own: nothing of it outlives the answer.
    fn call<T>(
        &self,
        context: &CallContext,
        facts: &FactIndex,
        batch: &[FactRef],
        run: impl FnOnce(&mut Store<State>, &Instance, &Context, &[Subject]) -> wasmtime::Result<Result<T, RuleError>>,
    ) -> Result<(Answer<T>, State), PluginError> {
        if batch.len() > self.limits.batch {
            let why = format!("{} subjects in one batch, more than {}", batch.len(), self.limits.batch);
            return Err(PluginError::BadCall { rule: context.rule.clone(), why });
        }
        let readable = context.declared.iter().map(|kind| facts.bytes(kind)).sum();
        let fuel = self.limits.fuel(batch.len(), readable);
        let mut state = State::new(context.clone(), facts.clone(), &self.limits);
        let subjects = subjects(&mut state, batch)?;
        let failed = |error: wasmtime::Error| self.trapped(context, fuel, error);
        let mut store = self.store(state, fuel).map_err(failed)?;
        let instance = self.pre.instantiate(&mut store).map_err(failed)?;
        let answer = run(&mut store, &instance, &wit_context(context), &subjects).map_err(failed)?;
        let used = fuel.saturating_sub(store.get_fuel().map_err(failed)?);
        let mut state = store.into_data();
        let log = std::mem::take(&mut state.log);
        let value = answer.map_err(|error| refused(context, error))?;
        Ok((Answer { value, log, fuel: used }, state))
    }

    fn store(&self, state: State, fuel: u64) -> wasmtime::Result<Store<State>> {
        let mut store = Store::new(self.pre.engine(), state);
        store.limiter(|state| &mut state.ceiling);
        store.set_fuel(fuel)?;
        store.set_hostcall_fuel(self.limits.answer_bytes);
        let ticks = self.limits.wall.as_millis() / crate::host::TICK.as_millis().max(1);
        store.set_epoch_deadline(u64::try_from(ticks).unwrap_or(u64::MAX).max(1));
        Ok(store)
    }

    fn trapped(&self, context: &CallContext, fuel: u64, error: wasmtime::Error) -> PluginError {
        let rule = context.rule.clone();
        if let Some(MemoryExceeded { limit }) = error.downcast_ref() {
            return PluginError::OutOfMemory { rule, limit: *limit };
        }
        if let Some(QuotaExceeded(what)) = error.downcast_ref() {
            return PluginError::Quota { rule, what: what.clone() };
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => PluginError::OutOfFuel { rule, fuel },
            Some(Trap::Interrupt) => PluginError::TimedOut { rule, seconds: self.limits.wall.as_secs() },
            // Without the backtrace, whose addresses mean nothing to a reader.
            Some(trap) => PluginError::Trapped { rule, source: Box::new(*trap) },
            None => PluginError::Trapped { rule, source: error.into() },
        }
    }
}

fn subjects(state: &mut State, batch: &[FactRef]) -> Result<Vec<Subject>, PluginError> {
    let rule = state.context.rule.clone();
    let too_much = |error: wasmtime::Error| PluginError::BadCall { rule: rule.clone(), why: error.to_string() };
    let mut subjects = Vec::with_capacity(batch.len());
    for at in batch {
        subjects.push(state.subject(*at).map_err(too_much)?.ok_or_else(|| PluginError::unknown_fact(&rule, *at))?);
    }
    Ok(subjects)
}

fn refused(context: &CallContext, error: RuleError) -> PluginError {
    let rule = context.rule.clone();
    match error {
        RuleError::BadParams(message) => PluginError::BadParams { rule, message },
        RuleError::MissingFacts(message) => PluginError::MissingFacts { rule, message },
        RuleError::Failed(message) => PluginError::Failed { rule, message },
    }
}

/// Checks that findings are few enough and speak only of facts that were given out.
fn findings(
    answer: Answer<Vec<crate::bindings::orgkit::policy::types::Finding>>,
    state: &State,
    limits: &Limits,
    subjects: usize,
) -> Result<Answer<Vec<RawFinding>>, PluginError> {
    let bad = |why: String| PluginError::BadAnswer { rule: state.context.rule.clone(), why };
    let limit = subjects.saturating_mul(limits.findings_per_subject);
    if answer.value.len() > limit {
        return Err(bad(format!("{} findings, more than {limit}", answer.value.len())));
    }
    for finding in &answer.value {
        let mut refs = std::iter::once(finding.about).chain(finding.evidence.iter().map(|evidence| evidence.at));
        if let Some(stranger) = refs.find(|at| !state.was_handed(*at)) {
            return Err(bad(format!("it speaks of fact {stranger}, which it was not given")));
        }
    }
    Ok(Answer { value: answer.value.into_iter().map(Into::into).collect(), log: answer.log, fuel: answer.fuel })
}

fn wit_context(context: &CallContext) -> Context {
    Context {
        rule: context.rule.clone(),
        run_id: context.run_id.clone(),
        snapshot_id: context.snapshot_id.clone(),
        snapshot_time: context.snapshot_time.clone(),
        phase: context.phase.clone(),
        partition: context.partition.clone(),
        source_org: context.source_org.clone(),
        target_org: context.target_org.clone(),
        extra: context.extra.clone(),
    }
}

import Kernels
import LogsQL
import Records

extension Filter.Stream {
    /// - Throws: `QueryFailure` for a regular expression that does not compile.
    func plan(_ context: StageContext) throws -> any FilterPlan {
        AnyOf(plans: try alternatives.map { labels in AllOf(try labels.map { try $0.plan(context.control) }) })
    }
}

extension Filter.Stream.Label {
    fileprivate func plan(_ control: QueryControl) throws -> any FilterPlan {
        let field = FieldNames.canonical(query: name)
        let isNegated = [.notEqual, .doesNotMatch, .isNoneOf].contains(relation)
        let plan: any FilterPlan =
            switch relation {
            case .equal, .notEqual, .isOneOf, .isNoneOf: ExactFilter(field: field, texts: values)
            case .matches, .doesNotMatch: try matching(values.first ?? "", field, control)
            }
        return isNegated ? Negation(plan: plan) : plan
    }

    private func matching(_ pattern: String, _ field: String, _ control: QueryControl) throws -> any FilterPlan {
        if pattern == ".*" { return EveryRow() }
        let alternatives = pattern.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        // `prod|stage`: no expression, but a list.
        if alternatives.allSatisfy({ $0.isEmpty || RegexpLiteral.whole($0) != nil }) {
            return ExactFilter(field: field, texts: alternatives)
        }
        return TextFilter(field: field, predicate: try RegexpPredicate(pattern, control, isWhole: true))
    }
}

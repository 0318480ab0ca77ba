import LogsQL

extension Filter.OneOf {
    func plan() -> any FilterPlan { ExactFilter(field: storedField, texts: values) }
}

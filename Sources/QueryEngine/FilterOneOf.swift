import LogsQL

extension Filter.OneOf {
    func plan(_ context: StageContext) throws -> any FilterPlan {
        ExactFilter(field: storedField, texts: try context.texts(values))
    }
}

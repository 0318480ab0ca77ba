import Kernels
import Records

/// Turns the fields of a tokenised line into the steps of a shape: which column each value goes to, and how.
///
/// What a step does depends on the fields before it alone, never on those after: two lines that begin alike share
/// the beginning of their path in the trie.
enum ShapeLearner {
    static func steps(
        of line: TokenizedLine, bytes: (Range<Int>) -> [UInt8], builder: inout BatchBuilder
    ) -> [ShapeStep] {
        var names = RowNames()
        var steps = line.fields.map { field in
            let placement = names.place(field.name, isBareKey: field.isBareKey)
            return ShapeStep(
                literal: bytes(field.literal), action: field.isBareKey ? .bareKey : placement.action,
                column: placement.action == .time ? 0 : builder.column(named: placement.column),
                other: placement.other.map { builder.column(named: $0) })
        }
        steps.append(ShapeStep(literal: bytes(line.end), action: .end))
        return steps
    }
}

/// The columns that a row has so far, each with the name its value had in the line.
private struct RowNames {
    struct Placement {
        let action: ShapeStep.Action
        let column: String
        var other: String?
    }

    private var originals: [String: String] = [:]

    mutating func place(_ name: String, isBareKey: Bool) -> Placement {
        let canonical = FieldNames.aliases[name] ?? name
        if canonical == FieldNames.time, isBareKey || originals[canonical] != nil {
            // The first time is the time of the row; a later one, or the mere word, is a field like any other.
            return placeOwn(name == FieldNames.time ? FieldNames.secondTime : name)
        }
        guard let earlier = originals[canonical] else {
            originals[canonical] = name
            return Placement(action: action(canonical), column: canonical)
        }
        if earlier == name { return Placement(action: .replace, column: canonical) }
        if name == canonical, originals[earlier] == nil {
            originals[canonical] = name
            originals[earlier] = earlier
            return Placement(action: .displace, column: canonical, other: earlier)
        }
        return placeOwn(name)
    }

    private mutating func placeOwn(_ name: String) -> Placement {
        let repeated = originals.updateValue(name, forKey: name) != nil
        return Placement(action: repeated ? .replace : .value, column: name)
    }

    private func action(_ canonical: String) -> ShapeStep.Action {
        switch canonical {
        case FieldNames.time: .time
        case FieldNames.startTime: .startTime
        // The text of the time may stand there already.
        case FieldNames.timeText: originals[FieldNames.time] == nil ? .value : .replace
        default: .value
        }
    }
}

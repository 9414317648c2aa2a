internal import ChatStorage

/// A value that is blank for most chats, which costs a word then.
///
/// One that is not lies in memory of its own, and goes when it is blank again.
@propertyWrapper
struct Sparse<Value: SparseValue> {
  private indirect enum Storage { case blank, kept(Value) }

  private var storage = Storage.blank

  var wrappedValue: Value {
    get { if case .kept(let value) = storage { value } else { Value() } }
    set { storage = newValue.isBlank ? .blank : .kept(newValue) }
  }
}

/// What need not be kept while it says nothing.
protocol SparseValue {
  /// The blank one.
  init()

  var isBlank: Bool { get }
}

extension SparseValue where Self: Equatable {
  var isBlank: Bool { self == Self() }
}

extension Optional: SparseValue {
  init() { self = nil }

  var isBlank: Bool { self == nil }
}

extension ChatRecord: SparseValue {}

public import ErasureDomain

/// Restricts a person's data, or stops marketing with them, at once and in every system of the request.
public struct OrderMeasure: OfficerCall {
  public typealias Answer = MeasureView
  public static let name = "measure.order"
  public var request: String
  public var measure: RestrictionMeasure
  public init(request: String, measure: RestrictionMeasure) {
    self.request = request
    self.measure = measure
  }
}

/// Ends a measure after the person was told so, and puts back what it changed.
public struct LiftMeasure: OfficerCall {
  public typealias Answer = MeasureView
  public static let name = "measure.lift"
  public var request: String
  public var measure: RestrictionMeasure
  /// When and how the person was told; without it nothing is lifted.
  public var informedOn: CivilDate?
  public var channel: String?
  public init(request: String, measure: RestrictionMeasure, informedOn: CivilDate?, channel: String?) {
    self.request = request
    self.measure = measure
    self.informedOn = informedOn
    self.channel = channel
  }
}

/// Somebody has seen to it in a system that marks nothing by itself; after a lift, that it is put back.
public struct MeasureDone: OfficerCall {
  public typealias Answer = MeasureView
  public static let name = "measure.done"
  public var request: String
  public var measure: RestrictionMeasure
  public var system: String
  public init(request: String, measure: RestrictionMeasure, system: String) {
    self.request = request
    self.measure = measure
    self.system = system
  }
}

/// Where a measure stands.
public struct MeasureView: Codable, Hashable, Sendable {
  public var number: Int
  public var measure: RestrictionMeasure
  public var lines: [String]
  /// Since when it holds everywhere; nil while a system is missing, or since it was lifted.
  public var inForceSince: UTCTime?
  public init(number: Int, measure: RestrictionMeasure, lines: [String], inForceSince: UTCTime?) {
    self.number = number
    self.measure = measure
    self.lines = lines
    self.inForceSince = inForceSince
  }
}

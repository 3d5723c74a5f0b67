/// What our SSH signatures are made for.
///
/// A signature for one purpose never counts for another.
public enum SignatureNamespace {
  /// Approving or refusing a plan.
  public static let approval = "erasure-approval@expunged"
  /// Saying that a manual task was done.
  public static let attestation = "erasure-attestation@expunged"
  /// Showing who one is on the officers' page; decides nothing.
  public static let login = "erasure-login@expunged"
  /// Changing people, signers or register.
  public static let configuration = "erasure-configuration@expunged"
  /// Every one of them.
  public static let all = [approval, attestation, configuration, login]
}

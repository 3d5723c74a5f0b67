import ArgumentParser
import OfficerAPI

/// `expunge request`.
struct RequestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request", abstract: "Requests for erasure.",
    discussion: "Example: expunge request list",
    subcommands: [
      RequestAdd.self, RequestList.self, RequestShow.self, RequestConfirm.self, RequestRefuse.self,
      RequestWithdraw.self, RequestClose.self, RequestExtend.self, RequestAskIdentity.self, RequestReceipt.self,
      RequestReply.self, RequestIdentifiers.self, RequestLink.self,
      RequestLook.self, RequestImport.self,
    ])
}

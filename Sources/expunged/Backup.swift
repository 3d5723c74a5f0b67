import ArgumentParser
import ErasureDomain
import Foundation
import Journal
import SubjectVault

using OrleansRegistry.Content;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Repositories;

/// <summary>What planning a change may ask of the catalogue, and the rules of this registry that it keeps.</summary>
/// <param name="Head">The newest version of the repository, in sets.</param>
/// <param name="Content">What manifests name.</param>
/// <param name="Sets">Content wherever it is held.</param>
/// <param name="Versions">The newest version of other repositories.</param>
/// <param name="History">Whether there is such a version.</param>
/// <param name="Ingests">What long work gathered.</param>
/// <param name="Keys">The subkeys of known keys.</param>
/// <param name="Gate">What may not come in, because it would not be served.</param>
/// <param name="Attribution">Who made the signatures that a manifest attaches.</param>
/// <param name="Refusals">Where it is counted that it did not.</param>
/// <param name="Signatures">How much an image may carry.</param>
/// <param name="Removal">What goes along when a manifest is removed.</param>
public sealed record ChangeContext(
    IHeadReader Head,
    IContentReader Content,
    IContentSets Sets,
    IVersionStore Versions,
    IVersionHistory History,
    IIngestStore Ingests,
    IKnownKeys Keys,
    ISignatureGate Gate,
    IAttribution Attribution,
    IRefusals Refusals,
    SignatureOptions Signatures,
    RemovalOptions Removal);

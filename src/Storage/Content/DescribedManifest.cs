using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Storage;

/// <summary>
/// A manifest that is about to be stored, with what its bytes and its config say, and who made what it attaches: null where
/// it attaches no signature.
/// </summary>
internal sealed record DescribedManifest(
    Manifest Manifest, ManifestDocument Document, ManifestDescription Description, AttachedKeys? Attached);

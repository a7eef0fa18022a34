using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <summary>A manifest that is about to be stored, with what its bytes and its config say.</summary>
internal sealed record DescribedManifest(Manifest Manifest, ManifestDocument Document, ManifestDescription Description);

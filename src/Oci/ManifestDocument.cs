using System.Text.Json;

namespace OrleansRegistry.Oci;

/// <summary>What a registry must know of a manifest: an image manifest or an index, OCI or Docker alike.</summary>
/// <remarks>Sources: OCI image-spec, manifest.md and image-index.md; Docker image manifest version 2, schema 2.</remarks>
public sealed record ManifestDocument
{
    /// <summary>The largest manifest that is accepted: 4 MiB. Source: OCI distribution-spec, "Pushing Manifests".</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>The manifest's own media type.</summary>
    public required string MediaType { get; init; }

    /// <summary>The type of artifact as its author wrote it, or null.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The config, or null for an index.</summary>
    public Descriptor? Config { get; init; }

    /// <summary>The layers of an image manifest, in order.</summary>
    public IReadOnlyList<Descriptor> Layers { get; init; } = [];

    /// <summary>The entries of an index, in order.</summary>
    public IReadOnlyList<Descriptor> Entries { get; init; } = [];

    /// <summary>The manifest that this one describes, or null. It need not exist.</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>The manifest's own annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>True for an index or a manifest list.</summary>
    public bool IsIndex => MediaTypes.IsIndex(MediaType);

    /// <summary>
    /// The type that the referrers API shows: the artifact type, else the config's media type, else null.
    /// Source: OCI distribution-spec, "Listing Referrers".
    /// </summary>
    public string? ReferrerType => string.IsNullOrEmpty(ArtifactType) ? Config?.MediaType : ArtifactType;

    /// <summary>The manifests that must be there before this one. An index may list other things too; those are blobs.</summary>
    public IEnumerable<Digest> Children =>
        Entries.Where(entry => MediaTypes.IsManifest(entry.MediaType)).Select(entry => entry.Digest).Distinct();

    /// <summary>The blobs that must be there before this manifest: config and layers, save non-distributable ones.</summary>
    public IEnumerable<Digest> Blobs
    {
        get
        {
            var named = IsIndex
                ? Entries.Where(entry => !MediaTypes.IsManifest(entry.MediaType))
                : Layers.Where(layer => !MediaTypes.IsNonDistributable(layer.MediaType));
            var digests = named.Select(descriptor => descriptor.Digest);
            return (Config is null ? digests : digests.Prepend(Config.Digest)).Distinct();
        }
    }

    /// <summary>Everything that is described, each with its place in the manifest, such as <c>layers[0]</c>.</summary>
    public IEnumerable<(string Place, Descriptor Descriptor)> Descriptors
    {
        get
        {
            if (Config is not null)
                yield return ("config", Config);
            for (var index = 0; index < Layers.Count; index++)
                yield return ($"layers[{index}]", Layers[index]);
            for (var index = 0; index < Entries.Count; index++)
                yield return ($"manifests[{index}]", Entries[index]);
            if (Subject is not null)
                yield return ("subject", Subject);
        }
    }

    /// <summary>Reads a manifest's bytes.</summary>
    /// <param name="bytes">UTF-8 JSON.</param>
    /// <param name="claimedType">The Content-Type it came with, without parameters, or null.</param>
    /// <exception cref="InvalidManifestException">The bytes are no manifest that this registry keeps; the message says why.</exception>
    public static ManifestDocument Parse(ReadOnlyMemory<byte> bytes, string? claimedType)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return ManifestReader.Read(json.RootElement, claimedType);
        }
        // InvalidOperationException is how JsonElement reports text that is no Unicode.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidManifestException($"The manifest is not JSON: {exception.Message}");
        }
    }
}

/// <summary>Bytes that are no manifest that this registry keeps. The message says why, for the one who pushed it.</summary>
public sealed class InvalidManifestException(string message) : Exception(message);

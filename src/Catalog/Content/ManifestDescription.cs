using System.Text.Json;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Content;

/// <summary>What a manifest and its config say of the image. <c>LayersSize</c> in bytes; null for an index.</summary>
public sealed record ManifestDescription(
    string Type,
    string? Architecture,
    string? Os,
    IReadOnlyDictionary<string, string> Labels,
    bool IsBootable,
    bool IsFlatpak,
    long? LayersSize)
{
    /// <summary>True where it attaches signatures to an image.</summary>
    public bool IsSignature { get; init; }

    /// <summary>The largest config that is looked into, in bytes.</summary>
    public const int MaxConfigBytes = 4 * 1024 * 1024;

    // One config may be that of any number of manifests, and the labels of each are listed.
    private const int MaxLabels = 64 * 1024;

    private const int MaxName = 255;
    private const string Bootable = "containers.bootc";
    private const string ConfigLabels = "Labels"; // image-spec, config.md
    private const string Flatpak = "org.flatpak.ref";

    /// <summary>Reads a manifest and its config, which is null where there is none, or its bytes are not here.</summary>
    public static ManifestDescription Of(ManifestDocument manifest, ReadOnlyMemory<byte>? config)
    {
        var (architecture, os, labels) = config is { } bytes ? ReadConfig(bytes) : (null, null, []);
        var bootable = labels.GetValueOrDefault(Bootable) == "1"
            || manifest.Annotations.GetValueOrDefault(Bootable) == "1";
        var flatpak = labels.ContainsKey(Flatpak);
        var type = bootable ? "bootable" : flatpak ? "flatpak" : TypeOf(manifest);
        return new(
            type, architecture, os, labels, bootable, flatpak,
            manifest.IsIndex ? null : SizeOf(manifest.Layers))
        {
            IsSignature = SignatureManifests.Contains(manifest),
        };
    }

    // Sizes are claims: nobody has compared them with the blobs.
    private static long SizeOf(IEnumerable<Descriptor> layers) => layers.Aggregate(
        0L, (size, layer) => layer.Size > long.MaxValue - size ? long.MaxValue : size + layer.Size);

    // Source: Pulp's REST: content: the first that matches.
    private static string TypeOf(ManifestDocument manifest)
    {
        if (manifest.IsIndex)
            return "index";
        var config = manifest.Config?.MediaType;
        if (config == "application/vnd.cncf.helm.config.v1+json")
            return "helm";
        foreach (var layer in manifest.Layers)
            switch (layer.MediaType)
            {
                case SignatureManifests.CosignPayload:
                    return "cosign_signature";
                case SignatureManifests.Envelope:
                    return "cosign_attestation";
                case "application/vnd.dev.sigstore.bundle.v0.3+json":
                    return "cosign_attestation_bundle";
                case "text/spdx" or "text/spdx+json" or "text/spdx+xml" or "application/vnd.cyclonedx"
                    or "application/vnd.cyclonedx+json" or "application/vnd.cyclonedx+xml"
                    or "application/vnd.syft+json":
                    return "cosign_sbom";
            }

        var isImage = config is MediaTypes.OciConfig or MediaTypes.DockerConfig;
        return isImage && string.IsNullOrEmpty(manifest.ArtifactType) ? "image" : "artifact";
    }

    private static (string? Architecture, string? Os, Dictionary<string, string> Labels) ReadConfig(
        ReadOnlyMemory<byte> config)
    {
        var labels = new Dictionary<string, string>();
        try
        {
            using var json = JsonDocument.Parse(config);
            if (json.RootElement is not { ValueKind: JsonValueKind.Object } root)
                return (null, null, labels);
            if (root.TryGetProperty("config", out var inner) && inner.ValueKind is JsonValueKind.Object
                && inner.TryGetProperty(ConfigLabels, out var named) && named.ValueKind is JsonValueKind.Object)
                labels = ReadLabels(named);
            return (Text(root, "architecture"), Text(root, "os"), labels);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (null, null, labels); // a config may be anything: it is content, not ours to judge
        }
    }

    /// <summary>All labels, or the first of them where they are more than can be listed.</summary>
    private static Dictionary<string, string> ReadLabels(JsonElement named)
    {
        var labels = new Dictionary<string, string>();
        var length = 0;
        foreach (var label in named.EnumerateObject().Where(label => label.Value.ValueKind is JsonValueKind.String))
        {
            var value = label.Value.GetString()!;
            length += label.Name.Length + value.Length;
            if (length > MaxLabels)
                break;
            labels[label.Name] = value;
        }

        return labels;
    }

    // No database takes a null character, and no platform has one in its name.
    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
        && value.GetString() is { Length: <= MaxName } text && !text.Contains('\0')
            ? text
            : null;
}

using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Manifests as clients write them.</summary>
internal static class Manifests
{
    public static Named Image(
        Named config, IEnumerable<Named> layers, Named? subject = null, string? artifactType = null,
        (string Key, string Value)? annotation = null, string mediaType = MediaTypes.Manifest)
    {
        var json = Document(mediaType, subject, artifactType, annotation);
        json["config"] = Descriptor(config);
        json["layers"] = new JsonArray([.. layers.Select(Descriptor)]);
        return Named.Text(json.ToJsonString(), mediaType);
    }

    public static Named Index(
        IEnumerable<Named> entries, Named? subject = null, string? artifactType = null,
        (string Key, string Value)? annotation = null, string mediaType = MediaTypes.Index)
    {
        var json = Document(mediaType, subject, artifactType, annotation);
        json["manifests"] = new JsonArray([.. entries.Select(Descriptor)]);
        return Named.Text(json.ToJsonString(), mediaType);
    }

    /// <summary>An artifact without content of its own, as <c>oras attach</c> makes it.</summary>
    public static Named Artifact(
        string artifactType, Named? subject = null, (string Key, string Value)? annotation = null) =>
        Image(Named.Empty, [Named.Empty], subject, artifactType, annotation);

    private static JsonObject Document(
        string mediaType, Named? subject, string? artifactType, (string Key, string Value)? annotation)
    {
        var json = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = mediaType };
        if (artifactType is not null)
            json["artifactType"] = artifactType;
        if (subject is not null)
            json["subject"] = Descriptor(subject);
        if (annotation is { } pair)
            json["annotations"] = new JsonObject { [pair.Key] = pair.Value };
        return json;
    }

    private static JsonObject Descriptor(Named named) => new()
    {
        ["mediaType"] = named.MediaType,
        ["digest"] = named.Digest,
        ["size"] = named.Bytes.Length,
    };
}

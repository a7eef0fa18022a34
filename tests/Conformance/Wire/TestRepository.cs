namespace OrleansRegistry.Conformance;

/// <summary>One repository of a server, and the usual ways to fill it.</summary>
internal sealed record TestRepository(RegistryClient Client, string Name)
{
    public string Path => $"/v2/{Name}";

    public Task<HttpResponseMessage> GetAsync(string below, params IEnumerable<string> headers) =>
        SendAsync("GET", below, null, headers);

    public Task<HttpResponseMessage> SendAsync(
        string method, string below, byte[]? body = null, params IEnumerable<string> headers) =>
        Client.SendAsync(method, $"{Path}/{below}", body, headers);

    /// <summary>Opens an upload: its address.</summary>
    public async Task<string> StartUploadAsync() =>
        (await SendAsync("POST", "blobs/uploads/").Answers(202)).Header("Location")!;

    /// <summary>Pushes in the usual way, POST and PUT.</summary>
    public async Task<Named> PushBlobAsync(Named blob)
    {
        var upload = await StartUploadAsync();
        await Client.SendAsync("PUT", $"{upload}?digest={blob.Digest}", blob.Bytes, "Content-Type: application/octet-stream")
            .Answers(201);
        return blob;
    }

    public Task<Named> PushBlobAsync() => PushBlobAsync(Named.Random(64));

    /// <summary>Pushes a manifest by tag, or by its digest where no tag is given.</summary>
    public async Task<Named> PushManifestAsync(Named manifest, string? tag = null)
    {
        await PutManifestAsync(manifest, tag ?? manifest.Digest).Answers(201);
        return manifest;
    }

    public Task<HttpResponseMessage> PutManifestAsync(Named manifest, string reference) =>
        SendAsync("PUT", $"manifests/{reference}", manifest.Bytes, $"Content-Type: {manifest.MediaType}");

    /// <summary>Pushes an image of one layer, with everything that it names.</summary>
    public async Task<Named> PushImageAsync(string? tag = null)
    {
        var config = await PushBlobAsync(Named.Random(48, MediaTypes.Config));
        var layer = await PushBlobAsync(Named.Random(256, MediaTypes.Layer));
        return await PushManifestAsync(Manifests.Image(config, [layer]), tag);
    }
}

internal static class TestRepositories
{
    /// <summary>A repository of a name that nobody else uses.</summary>
    public static TestRepository NewRepository(this RegistryClient client) => new(client, $"team/r{Guid.NewGuid():N}");
}

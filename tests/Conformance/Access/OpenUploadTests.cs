using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Nobody opens uploads without end.</summary>
public sealed class OpenUploadTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task So_many_uploads_are_open_at_once_and_each_that_ends_makes_room(bool asks)
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync(
            $"--Access:Authentication={asks}", $"--Access:AdminPassword={GuardedRegistry.Password}",
            "--Uploads:MaxOpenPerUser=3");
        var first = await OpenAsync(node, "a").Answers(202);
        await OpenAsync(node, "b").Answers(202);
        await OpenAsync(node, "c").Answers(202);
        await OpenAsync(node, "d").Answers(429, "TOOMANYREQUESTS");
        using var chunked = await node.Client.SendStreamAsync(
            "POST", "/pulp/api/v3/uploads/", Json(new() { ["size"] = 5 }), GuardedRegistry.As("admin"));
        Assert.Equal(429, (int)chunked.StatusCode);
        Assert.Contains("uploads open", (await chunked.JsonAsync())["detail"]!.GetValue<string>());

        await node.Client.SendAsync("DELETE", first.Header("Location")!, null, GuardedRegistry.As("admin")).Answers(204);
        await OpenAsync(node, "d").Answers(202);
        if (!asks)
            return;
        using var user = await node.Client.SendStreamAsync(
            "POST", "/pulp/api/v3/users/",
            Json(new() { ["username"] = "other", ["password"] = GuardedRegistry.Password }), GuardedRegistry.As("admin"));
        await OpenAsync(node, "other/x", "other").Answers(202);
    }

    private static Task<HttpResponseMessage> OpenAsync(RegistryProcess node, string name, string user = "admin") =>
        node.Client.SendAsync("POST", $"/v2/{name}/blobs/uploads/", null, GuardedRegistry.As(user));

    private static StringContent Json(JsonObject body) =>
        new(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
}

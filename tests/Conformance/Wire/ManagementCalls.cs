using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Calls of the management REST, and what tests say of the answers.</summary>
internal static class ManagementCalls
{
    /// <summary>The answer to a request with a JSON body.</summary>
    public static async Task<JsonNode> PostAsync(this RegistryClient client, string path, JsonObject body) =>
        await ReadAsync(path, await client.SendAsync(
            "POST", path, Encoding.UTF8.GetBytes(body.ToJsonString()), "Content-Type: application/json"));

    public static async Task<JsonNode> ReadAsync(this RegistryClient client, string path) =>
        await ReadAsync(path, await client.GetAsync(path));

    /// <summary>Waits until the task has completed.</summary>
    public static async Task CompleteAsync(this RegistryClient client, string task) => await Eventually.TrueAsync(
        async () =>
        {
            var json = await client.ReadAsync(task);
            Assert.False((string)json["state"]! is "failed" or "canceled", json.ToJsonString());
            return (string)json["state"]! == "completed";
        },
        "the task completes");

    private static async Task<JsonNode> ReadAsync(string path, HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
            return JsonNode.Parse(text)!;
        }
    }
}

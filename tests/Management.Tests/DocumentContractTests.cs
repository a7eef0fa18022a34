using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>The REST as its OpenAPI document tells it.</summary>
public sealed class DocumentContractTests(SqliteServer server)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public async Task The_document_is_the_one_that_was_committed()
    {
        var document = JsonNode.Parse(await server.Http.GetStringAsync("/pulp/api/v3/docs/api.json"))!;
        document["servers"] = null; // where this server happens to listen
        Contract.Compare("openapi.json", [document.ToJsonString(Indented)]);
    }
}

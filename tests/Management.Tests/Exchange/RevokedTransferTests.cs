using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>What is revoked on one side, and bundles that cross with it.</summary>
public abstract class RevokedTransferTests(Server from, Server to) : TransferScenario(from, to)
{
    [Fact]
    public async Task Signatures_of_keys_that_are_revoked_there_are_refused_and_reported()
    {
        var name = Unique("team/");
        var image = await Push.ImageAsync(Http, name, "1.0", name);
        var key = NewKey();
        await Push.SignatureAsync(Http, name, image, Openpgp.Sign(image, key: key));
        var good = await Push.SignatureAsync(Http, name, image);
        await RevokeAsync(There, key);
        var report = await ImportAsync(
            await FarImporterAsync(), Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name)))),
            ("create_repositories", true));
        Assert.Equal(1, (int)report["signatures_refused"]!);
        Assert.Contains(Convert.ToHexString(key), (string)report["notes"]![0]!, StringComparison.Ordinal);
        Assert.Equal(
            [$"signatures {good}"], (await HeldAsync(There, name)).Where(unit => unit.StartsWith("signatures", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_revoked_here_does_not_leave()
    {
        var name = Unique("team/");
        var image = await Push.ImageAsync(Http, name, "1.0", name);
        var key = NewKey();
        await Push.SignatureAsync(Http, name, image, Openpgp.Sign(image, key: key));
        var repository = await RepositoryOfAsync(name);
        var signed = await LatestAsync(repository);
        await RevokeAsync(Server, key);
        var report = await ImportAsync(
            await FarImporterAsync(),
            Carry(await ExportAsync(await ExporterAsync(repository), ("versions", Array($"{repository}versions/{signed}/")))),
            ("create_repositories", true));
        Assert.Equal((0, 0), ((int)report["signatures"]!, (int)report["signatures_refused"]!));
        Assert.DoesNotContain(await HeldAsync(There, name), unit => unit.StartsWith("signatures", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Revocations_cross_alone_and_are_only_taken_where_that_is_asked_for()
    {
        var name = Unique("team/");
        var image = await Push.ImageAsync(There.Http, name, "1.0", name);
        var key = NewKey();
        await Push.SignatureAsync(There.Http, name, image, Openpgp.Sign(image, key: key));
        await RevokeAsync(Server, key);
        var export = await ExportAsync(await ExporterAsync((string)(await RepositoryAsync())["pulp_href"]!), ("revocations_only", true));
        Assert.True(FilesOf(export).Sum(file => new FileInfo(file).Length) < 1_000_000);

        var (toc, importer) = (Carry(export), await FarImporterAsync());
        var shown = await ImportAsync(importer, toc);
        Assert.Equal("revocations", (string)shown["kind"]!);
        Assert.Contains(shown["revocations_not_here"]!.AsArray(), IsOfKey);
        Assert.Contains(await HeldAsync(There, name), unit => unit.StartsWith("signatures", StringComparison.Ordinal));

        await ImportAsync(importer, toc, ("accept_revocations", true));
        await Eventually.TrueAsync(
            async () => !(await HeldAsync(There, name)).Any(unit => unit.StartsWith("signatures", StringComparison.Ordinal)),
            "the signature is gone there");
        Assert.DoesNotContain((await ImportAsync(importer, toc))["revocations_not_here"]!.AsArray(), IsOfKey);

        bool IsOfKey(JsonNode? one) =>
            one!["keys"]!.AsArray().Any(name => (string)name! == Convert.ToHexString(key));
    }

    private static byte[] NewKey() => System.Security.Cryptography.RandomNumberGenerator.GetBytes(20);

    private static async Task RevokeAsync(Server side, byte[] key)
    {
        await side.Pulp.CallAsync(
            "key_revocations_create", body: Body(("key", Convert.ToHexString(key)), ("reason", "leaked")));
    }
}

public sealed class SqliteToPostgresRevokedTransferTests(SqliteServer from, PostgresServer to) : RevokedTransferTests(from, to);

public sealed class PostgresToSqliteRevokedTransferTests(PostgresServer from, SqliteServer to) : RevokedTransferTests(from, to);

namespace OrleansRegistry.Conformance;

/// <summary>Signatures for clients that know only lookaside storage.</summary>
public abstract class LookasideTests(RunningRegistry registry)
{
    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";

    [Fact]
    public async Task Signatures_are_numbered_from_1_in_the_order_they_came()
    {
        var repository = registry.NewRepository();
        var (image, other) = (await repository.PushImageAsync("v1"), await repository.PushImageAsync("v2"));
        var signatures = new List<byte[]>();
        for (var count = 0; count < 12; count++)
        {
            signatures.Add(await repository.SignAsync(image));
            await repository.SignAsync(other);
        }

        Assert.Equal(signatures, await repository.LookasideOfAsync(image.Digest));
        await repository.GetLookasideAsync(image.Digest, 12).Answers(200);
        Assert.Equal(404, (int)(await repository.GetLookasideAsync(image.Digest, 13)).StatusCode);
        Assert.Equal(404, (int)(await repository.GetLookasideAsync(image.Digest, 9_999_999)).StatusCode);
    }

    [Fact]
    public async Task An_answer_is_bytes_that_may_be_kept_for_a_second()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        await repository.SignAsync(image);
        var answer = await repository.GetLookasideAsync(image.Digest, 1).Answers(200);
        Assert.Equal("application/octet-stream", answer.Header("Content-Type"));
        Assert.Equal("max-age=1", answer.Header("Cache-Control"));
    }

    [Fact]
    public async Task What_is_signed_anew_after_its_removal_is_numbered_from_1_again()
    {
        var repository = registry.NewRepository();
        var config = await repository.PushBlobAsync();
        var image = await repository.PushManifestAsync(Manifests.Image(config, []), "v1");
        var signature = await repository.SignAsync(image);
        await repository.SignAsync(image);
        await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(202);
        Assert.Empty(await repository.LookasideOfAsync(image.Digest));

        await repository.PushBlobAsync(config);
        await repository.PushManifestAsync(image, "v1");
        Assert.Empty(await repository.LookasideOfAsync(image.Digest));
        var fresh = await repository.SignAsync(image);
        await repository.PutSignatureAsync(image.Digest, signature).Answers(201);
        Assert.Equal([fresh, signature], await repository.LookasideOfAsync(image.Digest));
    }

    [Theory]
    [InlineData("NAME")]
    [InlineData("NAME@DIGEST")]
    [InlineData("NAME@DIGEST/")]
    [InlineData("NAME@DIGEST/signature-")]
    [InlineData("NAME@DIGEST/signature-0")]
    [InlineData("NAME@DIGEST/signature-01")]
    [InlineData("NAME@DIGEST/signature-+1")]
    [InlineData("NAME@DIGEST/signature--1")]
    [InlineData("NAME@DIGEST/signature-1x")]
    [InlineData("NAME@DIGEST/signature-1/")]
    [InlineData("NAME@DIGEST/signature-1/signature-1")]
    [InlineData("NAME@DIGEST/signature-99999999999999999999")]
    [InlineData("NAME@DIGEST/signature-%D9%A1")]
    [InlineData("NAME@DIGEST/Signature-1")]
    [InlineData("NAME@sha256:" + Zeros + "/signature-1")]
    [InlineData("NAME@sha256=" + Zeros + "/signature-1")]
    [InlineData("NAME@sha256=0/signature-1")]
    [InlineData("NAME@md5=d41d8cd98f00b204e9800998ecf8427e/signature-1")]
    [InlineData("NAME@/signature-1")]
    [InlineData("@DIGEST/signature-1")]
    [InlineData("Team/App@DIGEST/signature-1")]
    [InlineData("team/absent@DIGEST/signature-1")]
    [InlineData("team/..%2fapp@DIGEST/signature-1")]
    [InlineData("NAME@NAME@DIGEST/signature-1")]
    public async Task Anything_else_is_not_found(string path)
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        await repository.SignAsync(image);
        var asked = path.Replace("NAME", repository.Name, StringComparison.Ordinal)
            .Replace("DIGEST", image.Digest.Replace(':', '='), StringComparison.Ordinal);
        using var answer = await registry.Client.GetAsync($"/lookaside/{asked}");
        Assert.Equal(404, (int)answer.StatusCode);
    }
}

[Collection(nameof(OnSqlite))]
public sealed class LookasideTestsOnSqlite(OnSqlite registry) : LookasideTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class LookasideTestsOnPostgres(OnPostgres registry) : LookasideTests(registry);

using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>The JSON object that a signature travels in.</summary>
public abstract class SignatureEnvelopeTests(RunningRegistry registry)
{
    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"atomic\"")]
    [InlineData("{}")]
    [InlineData("{DIGEST")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","type":"atomic"}""")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","type":"atomic","content":null}""")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","type":"atomic","content":7}""")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","type":"atomic","content":""}""")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","type":"atomic","content":"%%%%"}""")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","type":"atomic","content":"oww"}""")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","type":"atomic","content":["CONTENT"]}""")]
    [InlineData("""{"schemaVersion":1,"name":"DIGEST@1","type":"atomic","content":"CONTENT"}""")]
    [InlineData("""{"schemaVersion":3,"name":"DIGEST@1","type":"atomic","content":"CONTENT"}""")]
    [InlineData("""{"schemaVersion":"2","name":"DIGEST@1","type":"atomic","content":"CONTENT"}""")]
    [InlineData("""{"schemaVersion":2.5,"name":"DIGEST@1","type":"atomic","content":"CONTENT"}""")]
    [InlineData("""{"version":2,"name":"DIGEST@1","type":"atomic","content":"CONTENT"}""")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","content":"CONTENT"}""")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","type":null,"content":"CONTENT"}""")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","type":"AtomicImageV1","content":"CONTENT"}""")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","type":"Atomic","content":"CONTENT"}""")]
    [InlineData("""{"schemaVersion":2,"name":7,"type":"atomic","content":"CONTENT"}""")]
    [InlineData("""{"schemaVersion":2,"name":"sha256:00@1","type":"atomic","content":"CONTENT"}""")]
    [InlineData("""{"schemaVersion":2,"name":"DIGEST@1","type":"atomic","content":"CONTENT"} more""")]
    public async Task A_body_that_is_no_such_object_is_refused_in_a_sentence(string body)
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var sent = body.Replace("DIGEST", image.Digest, StringComparison.Ordinal)
            .Replace("CONTENT", Convert.ToBase64String(Openpgp.Sign(image.Digest)), StringComparison.Ordinal);
        var refusal = await repository.PutEnvelopeAsync(image.Digest, sent).Answers(400, "SIGNATURE_INVALID");
        Assert.EndsWith(".", (await refusal.ErrorAsync())["message"]!.GetValue<string>());
        Assert.Empty(await repository.SignaturesOfAsync(image.Digest));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("nonsense")]
    public async Task No_content_type_is_asked_for(string? contentType)
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var signature = Openpgp.Sign(image.Digest);
        var body = System.Text.Encoding.UTF8.GetBytes(SignatureCalls.Envelope(image.Digest, signature).ToJsonString());
        await registry.Client.SendAsync(
            "PUT", repository.SignaturesPath(image.Digest), body, contentType is null ? [] : [$"Content-Type: {contentType}"])
            .Answers(201);
        Assert.Equal([signature], await repository.SignaturesOfAsync(image.Digest));
    }

    [Fact]
    public async Task A_body_may_come_without_its_length()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var body = SignatureCalls.Envelope(image.Digest, Openpgp.Sign(image.Digest)).ToJsonString();
        await registry.Client.SendStreamAsync(
            "PUT", repository.SignaturesPath(image.Digest), new Unmeasured(System.Text.Encoding.UTF8.GetBytes(body))).Answers(201);
    }

    [Fact]
    public async Task The_name_may_be_left_out_and_other_members_are_ignored()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var envelope = SignatureCalls.Envelope(image.Digest, Openpgp.Sign(image.Digest));
        envelope.Remove("name");
        envelope["annotations"] = new JsonObject { ["by"] = "a test" };
        await repository.PutEnvelopeAsync(image.Digest, envelope.ToJsonString()).Answers(201);
    }

    [Fact]
    public async Task A_signature_of_64_KiB_is_the_largest()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var padding = (64 * 1024) - Openpgp.Sign(image.Digest).Length;
        await repository.PutSignatureAsync(image.Digest, Openpgp.Sign(image.Digest, padding)).Answers(201);
        await repository.PutSignatureAsync(image.Digest, Openpgp.Sign(image.Digest, padding + 1))
            .Answers(400, "SIGNATURE_INVALID");
        await repository.PutSignatureAsync(image.Digest, Openpgp.Sign(image.Digest, padding + (1024 * 1024)))
            .Answers(413, "SIZE_INVALID");
        Assert.Equal(64 * 1024, Assert.Single(await repository.SignaturesOfAsync(image.Digest)).Length);
    }
}

[Collection(nameof(OnSqlite))]
public sealed class SignatureEnvelopeTestsOnSqlite(OnSqlite registry) : SignatureEnvelopeTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class SignatureEnvelopeTestsOnPostgres(OnPostgres registry) : SignatureEnvelopeTests(registry);

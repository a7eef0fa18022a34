using System.Text;

namespace OrleansRegistry.Oci.Tests;

/// <summary>Sources: OCI image-spec, manifest.md and image-index.md; Docker image manifest version 2, schema 2.</summary>
public sealed class ManifestDocumentTests
{
    private const string A = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string B = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    private const string C = "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";
    private const string Config = $$"""{"mediaType":"a/config","digest":"{{A}}","size":1}""";
    private const string Layer = $$"""{"mediaType":"a/layer","digest":"{{B}}","size":2}""";
    private const string Image = $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Layer}}]}""";

    [Theory]
    [InlineData(Image, null, MediaTypes.OciManifest)]
    [InlineData(Image, "application/json", MediaTypes.OciManifest)]
    [InlineData(Image, MediaTypes.OciManifest, MediaTypes.OciManifest)]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", null, MediaTypes.OciIndex)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[]}""", "application/json", MediaTypes.DockerList)]
    public void A_manifest_has_the_type_that_it_claims_or_came_with(string json, string? claimed, string mediaType) =>
        Assert.Equal(mediaType, Parse(json, claimed).MediaType);

    [Theory]
    [InlineData(Image, MediaTypes.DockerManifest)]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", MediaTypes.DockerList)]
    public void One_of_docker_says_itself_what_it_is(string json, string claimed) => Assert.Contains(
        "'mediaType' is missing",
        Assert.Throws<InvalidManifestException>(() => Parse(json, claimed)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void An_image_names_its_config_and_layers_each_once()
    {
        var document = Parse($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Layer}},{{Layer}},{{Config}}]}""");
        Assert.Equal([A, B], document.Blobs.Select(digest => digest.ToString()));
        Assert.Empty(document.Children);
        Assert.False(document.IsIndex);
        Assert.Equal(2, document.Layers[0].Size);
    }

    [Theory]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar")]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd")]
    [InlineData("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")]
    public void Layers_that_may_not_be_distributed_are_not_asked_for(string mediaType)
    {
        var document = Parse(
            $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{"mediaType":"{{mediaType}}","digest":"{{B}}","size":2}]}""");
        Assert.Equal([A], document.Blobs.Select(digest => digest.ToString()));
        Assert.Single(document.Layers);
    }

    [Fact]
    public void An_index_names_manifests_and_perhaps_blobs()
    {
        var document = Parse($$"""
            {"schemaVersion":2,"manifests":[
              {"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{A}}","size":1},
              {"mediaType":"{{MediaTypes.DockerList}}","digest":"{{B}}","size":1},
              {"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{A}}","size":1},
              {"mediaType":"application/octet-stream","digest":"{{C}}","size":1}]}
            """);
        Assert.True(document.IsIndex);
        Assert.Equal([A, B], document.Children.Select(digest => digest.ToString()));
        Assert.Equal([C], document.Blobs.Select(digest => digest.ToString()));
        Assert.Null(document.Config);
    }

    [Theory]
    [InlineData(Image, "a/config")]
    [InlineData($$"""{"schemaVersion":2,"artifactType":"a/type","config":{{Config}},"layers":[]}""", "a/type")]
    [InlineData($$"""{"schemaVersion":2,"artifactType":"","config":{{Config}},"layers":[]}""", "a/config")]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", null)]
    [InlineData("""{"schemaVersion":2,"artifactType":"a/type","manifests":[]}""", "a/type")]
    public void A_referrer_shows_its_artifact_type_or_its_configs(string json, string? type) =>
        Assert.Equal(type, Parse(json).ReferrerType);

    [Fact]
    public void Subject_and_annotations_are_read()
    {
        var document = Parse($$"""
            {"schemaVersion":2,"config":{{Config}},"layers":[],"subject":{"mediaType":"a/b","digest":"{{C}}","size":3},
            "annotations":{"k":"v","é":""},"unknown":{"x":[1]} }
            """);
        Assert.Equal(C, document.Subject!.Digest.ToString());
        Assert.Equal(new Dictionary<string, string> { ["k"] = "v", ["é"] = "" }, document.Annotations);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{\"a\":\"\xff\"", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("{}", "schemaVersion")]
    [InlineData("""{"schemaVersion":"2"}""", "schemaVersion")]
    [InlineData("""{"schemaVersion":1}""", "schema 1")]
    [InlineData("""{"schemaVersion":2,"layers":[]}""", "config")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":{} }""", "layers")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"manifests":[]}""", "layers")]
    [InlineData($$"""{"schemaVersion":2,"mediaType":"text/plain","config":{{Config}},"layers":[]}""", "text/plain")]
    [InlineData($$"""{"schemaVersion":2,"mediaType":7,"config":{{Config}},"layers":[]}""", "mediaType")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"annotations":{"k":1} }""", "annotations.k")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"annotations":[]}""", "annotations")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"subject":{} }""", "subject.mediaType")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{"mediaType":"a/b","digest":"x","size":1}]}""", "layers[0].digest")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{"mediaType":"a/b","digest":"{{A}}","size":-1}]}""", "layers[0].size")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{"mediaType":"a/b","digest":"{{A}}","size":1.5}]}""", "layers[0].size")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{"mediaType":"a/b","digest":"{{A}}"}]}""", "size")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{"digest":"{{A}}","size":1}]}""", "layers[0].mediaType")]
    public void What_is_no_manifest_is_refused_and_told_why(string json, string word)
    {
        var refusal = Assert.Throws<InvalidManifestException>(() => Parse(json));
        Assert.Contains(word, refusal.Message);
    }

    [Theory]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}}}""", null, MediaTypes.OciManifest)]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":null,"manifests":null}""", null, MediaTypes.OciManifest)]
    [InlineData("""{"schemaVersion":2,"manifests":null}""", null, MediaTypes.OciIndex)]
    [InlineData("""{"schemaVersion":2,"manifests":null,"layers":null,"config":null}""", null, MediaTypes.OciIndex)]
    [InlineData("""{"schemaVersion":2}""", MediaTypes.OciIndex, MediaTypes.OciIndex)]
    public void A_list_that_is_null_or_absent_is_empty_as_it_is_to_clients(string json, string? claimed, string mediaType)
    {
        var document = Parse(json, claimed);
        Assert.Equal(mediaType, document.MediaType);
        Assert.Empty(document.Layers);
        Assert.Empty(document.Entries);
    }

    [Theory]
    [InlineData($$"""{"schemaVersion":2,"schemaVersion":2,"config":{{Config}},"layers":[]}""", "'schemaVersion' is there twice")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"layers":[{{Layer}}]}""", "'layers' is there twice")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"Layers":[{{Layer}}]}""", "'Layers' differs")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"Layers":[{{Layer}}]}""", "'Layers' differs")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layer\u017f":[{{Layer}}]}""", "'layer\u017f' differs")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"MANIFESTS":[]}""", "'MANIFESTS' differs")]
    [InlineData($$"""{"schemaVersion":2,"mediatype":"a/b","config":{{Config}},"layers":[]}""", "'mediatype' differs")]
    [InlineData($$"""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"{{A}}","digest":"{{B}}","size":1},"layers":[]}""", "'config.digest' is there twice")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Layer}},{"mediaType":"a/b","digest":"{{A}}","size":1,"Size":2}]}""", "'layers[1].Size' differs")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"annotations":{"a":"1","a":"2"} }""", "'annotations.a' is there twice")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"subject":{"mediaType":"a/b","digest":"{{A}}","size":1,"annotations":{"a":"1","a":"2"} } }""", "'subject.annotations.a' is there twice")]
    [InlineData($$"""{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"{{A}}","size":1,"platform":{"os":"linux","OS":"windows"} }]}""", "'manifests[0].platform.OS' differs")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"x":[[{"y":1,"y":2}]]}""", "'x[0][0].y' is there twice")]
    public void What_two_clients_read_differently_is_refused_with_its_path(string json, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidManifestException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Layer}}],"annotations":{"a":"1","A":"2","Size":"3","layers":"4"} }""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Layer}}],"x":{"Digest":1,"digest":2},"Size":1}""")]
    public void Where_letter_case_counts_to_everybody_names_may_differ_in_it(string json) => Assert.Single(Parse(json).Layers);

    [Theory]
    [InlineData(MediaTypes.DockerSchema1)]
    [InlineData(MediaTypes.DockerSchema1Signed)]
    [InlineData("text/plain")]
    [InlineData(MediaTypes.OciIndex)]
    public void A_type_that_does_not_fit_is_refused(string claimed) =>
        Assert.Throws<InvalidManifestException>(() => Parse(Image, claimed));

    [Fact]
    public void Two_claims_must_agree() =>
        Assert.Throws<InvalidManifestException>(() => Parse(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Config}},"layers":[]}""",
            MediaTypes.DockerManifest));

    [Fact]
    public void Depth_without_end_is_refused() =>
        Assert.Throws<InvalidManifestException>(() => Parse(new string('[', 1_000_000)));

    private static ManifestDocument Parse(string json, string? claimed = null) =>
        ManifestDocument.Parse(Encoding.UTF8.GetBytes(json), claimed);
}

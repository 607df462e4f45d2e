// Maven: com.aliyun:aliyun-java-sdk-core
import com.aliyuncs.CommonRequest;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.IAcsClient;
import com.aliyuncs.http.MethodType;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;

public class Main {
    public static void main(String[] args) throws Exception {
        DefaultProfile profile = DefaultProfile.getProfile(
            "cn-beijing",
            System.getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"),
            System.getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET"));
        IAcsClient client = new DefaultAcsClient(profile);
        CommonRequest request = new CommonRequest();
        request.setSysProtocol(ProtocolType.HTTP);
        request.setSysMethod(MethodType.POST);
        request.setSysDomain("127.0.0.1:8080");
        request.setSysVersion("2019-02-14");
        request.setSysAction("OnsMqttGroupIdList");
        request.putQueryParameter("InstanceId", "post-cn-local");
        System.out.println(client.getCommonResponse(request).getData());
    }
}
